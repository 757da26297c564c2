'use client'
import type { Editor } from '@tiptap/react'
import { Focus, ListTree, PanelLeftClose, Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Sheet } from '#components/ui/sheet.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { Branch, Scene } from '#lib/story/state.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { focusScene } from './editor-api.ts'
import { ProseToolbar } from './prose-toolbar.tsx'
import { SceneList } from './scene-list.tsx'
import { SceneSection } from './scene-section.tsx'
import { useBranchScenes, useCurrentBranch } from './use-branch-scenes.ts'

const words = messages.prose
/** Where a new scene lands on the canvas: one card to the right of the last. */
const NEXT_X = 320

/** Write: the branch as one long page, scene after scene in reading order, the list of scenes beside it. */
export function WritePlace() {
  const ready = useStory((page) => page.ready)
  const branch = useCurrentBranch()
  const scenes = useBranchScenes(branch?.id ?? null)
  if (!ready || !branch) return <SkeletonLines lines={8} className="mx-auto w-full max-w-prose p-6" />
  return <WritePage branch={branch} scenes={scenes} />
}

function WritePage({ branch, scenes }: { branch: Branch; scenes: readonly Scene[] }) {
  const selected = useView((view) => view.sceneIds.values().next().value ?? null)
  const dockTab = useView((view) => view.dockTab)
  const { select, setDockTab } = useViewActions()
  const mayWrite = useMay('story.write')
  const addScene = useAddScene(branch, scenes)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [listOpen, setListOpen] = useState(true)
  const [sheetOpen, setSheetOpen] = useState(false)
  const [focused, setFocused] = useState(false)
  const dockBefore = useRef<string | null>(null)
  /** Opened although it may be out of sight: where one is going. */
  const [wantedId, setWantedId] = useState<string | null>(selected)
  const currentId = scenes.some((scene) => scene.id === selected) ? selected : null
  const goTo = useGoTo(setWantedId)

  function handleChoose(sceneId: string) {
    setSheetOpen(false)
    select([sceneId])
    goTo(sceneId, true)
  }
  const [handleActive] = useState(() => (sceneId: string, next: Editor | null) => {
    setEditor(next)
    select([sceneId])
  })
  function step(by: number) {
    const at = scenes.findIndex((scene) => scene.id === currentId)
    const next = scenes[Math.min(scenes.length - 1, Math.max(0, at + by))]
    if (next) handleChoose(next.id)
  }
  function handleAdd() {
    const made = addScene()
    if (made) handleChoose(made)
  }
  /** The page alone: list and dock go and come back, the caret stays in the text. */
  function handleFocus() {
    if (!focused) dockBefore.current = dockTab
    setDockTab(focused ? dockBefore.current : null)
    setFocused(!focused)
    if (currentId !== null) focusScene(currentId)
  }
  useCommandList([
    { id: 'prose.next-scene', title: words.nextScene, group: 'prose', keys: 'Alt+ArrowDown', run: () => step(1) },
    {
      id: 'prose.previous-scene',
      title: words.previousScene,
      group: 'prose',
      keys: 'Alt+ArrowUp',
      run: () => step(-1),
    },
    {
      id: 'prose.focus',
      title: focused ? words.focusOff : words.focusOn,
      group: 'prose',
      keys: 'Mod+Alt+F',
      run: handleFocus,
    },
    {
      id: 'prose.new-scene',
      title: words.newScene,
      group: 'prose',
      keys: 'Mod+Alt+Enter',
      run: handleAdd,
      when: () => mayWrite,
    },
  ])

  // Brings the chosen scene into sight when the place opens or the branch changes.
  useEffect(() => {
    if (selected) goTo(selected, false)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only then; later moves go through goTo
  }, [branch.id])

  const list = <SceneList scenes={scenes} branch={branch} currentId={currentId} onChoose={handleChoose} />
  return (
    <div data-write className="flex h-full min-h-0">
      {listOpen && !focused ? <aside className="hidden w-64 shrink-0 flex-col border-r md:flex">{list}</aside> : null}
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex items-center gap-1 border-b px-2 py-1">
          <Sheet
            side="left"
            title={words.scenes}
            open={sheetOpen}
            onOpenChange={setSheetOpen}
            trigger={<IconButton label={words.showScenes} icon={<ListTree aria-hidden />} className="md:hidden" />}
          >
            {list}
          </Sheet>
          <IconButton
            label={listOpen ? words.hideScenes : words.showScenes}
            icon={listOpen ? <PanelLeftClose aria-hidden /> : <ListTree aria-hidden />}
            className={cn('hidden', !focused && 'md:inline-flex')}
            onClick={() => setListOpen(!listOpen)}
          />
          {mayWrite ? <ProseToolbar editor={editor} /> : <span className="flex-1" />}
          <IconButton
            label={focused ? words.focusOff : words.focusOn}
            keys="Mod+Alt+F"
            icon={<Focus aria-hidden />}
            aria-pressed={focused}
            onClick={handleFocus}
          />
          {mayWrite ? (
            <Button variant="primary" icon={<Plus aria-hidden />} aria-label={words.newScene} onClick={handleAdd}>
              <span className="max-md:hidden">{words.newScene}</span>
            </Button>
          ) : null}
        </header>
        <div data-prose-scroll className={cn('min-h-0 flex-1 overflow-y-auto px-4 md:px-8', focused && 'prose-focus')}>
          {scenes.length === 0 ? (
            <EmptyState
              title={words.noScenesTitle}
              action={mayWrite ? <Button onClick={handleAdd}>{words.newScene}</Button> : null}
            >
              {words.noScenes}
            </EmptyState>
          ) : (
            <div className="prose-measure mx-auto pb-[40vh]">
              {scenes.map((scene) => (
                <SceneSection
                  key={scene.id}
                  scene={scene}
                  own={mayWrite && scene.branchId === branch.id}
                  current={scene.id === currentId}
                  wanted={scene.id === wantedId}
                  onActive={handleActive}
                />
              ))}
            </div>
          )}
        </div>
      </div>
    </div>
  )
}

/** Scrolls to a scene and, when asked, puts the caret into it as soon as its text is there. */
function useGoTo(setWanted: (sceneId: string) => void) {
  const attempt = useRef(0)
  return (sceneId: string, withCaret: boolean) => {
    const mine = ++attempt.current
    setWanted(sceneId)
    const end = performance.now() + 3000
    const from = document.activeElement
    const tryNow = () => {
      if (attempt.current !== mine) return
      document.getElementById(`scene-${sceneId}`)?.scrollIntoView({ block: 'start' })
      // The text may still be on its way; a person who meanwhile went elsewhere is left alone.
      const busy = document.activeElement !== from && document.activeElement !== document.body
      const done = withCaret && focusScene(sceneId)
      if (!done && !busy && performance.now() < end) setTimeout(tryNow, 120)
    }
    requestAnimationFrame(tryNow)
  }
}

/** Adds a scene after the last one of the branch. Answers its id, or null when the story refused it. */
function useAddScene(branch: Branch, scenes: readonly Scene[]) {
  const { send, newId } = useStoryActions()
  const current = useView((view) => view.sceneIds.values().next().value)
  return (): string | null => {
    const after = scenes.find((scene) => scene.id === current) ?? scenes.at(-1)
    const sceneId = newId('scene')
    const made = send({
      type: 'CreateScene',
      sceneId,
      branchId: branch.id,
      x: (after?.x ?? 0) + NEXT_X,
      y: after?.y ?? 0,
      fields: { title: words.newSceneTitle },
      ...(after ? { link: { edgeId: newId('edge'), from: after.id, type: 'next' } } : {}),
    })
    return made.ok ? sceneId : null
  }
}
