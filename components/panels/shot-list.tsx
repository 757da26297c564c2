'use client'
import { Plus, Wand2 } from 'lucide-react'
import { useState } from 'react'
import { Editable, useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { PanelsDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { SceneId } from '#lib/kernel/ids.ts'
import type { Panel } from '#lib/panels/panel.ts'
import { useStoryActions } from '#stores/story.ts'
import { ShotRow } from './shot-row.tsx'
import { useComicPages, useSceneText, useSend } from './use-comic.ts'
import { useDraft } from './use-draft.ts'

const words = messages.panels

/** The shot list of a scene: every panel with its storyboard beside it, editable. */
export function ShotList({ sceneId, onOpen }: { sceneId: SceneId; onOpen: (panelId: string) => void }) {
  const pages = useComicPages(sceneId)
  const placed = pages.flatMap((page) => page.panels)
  const panels = placed.map((entry) => entry.panel)
  const text = useSceneText(sceneId)
  const send = useSend()
  const { newId } = useStoryActions()
  const { busy, draft } = useDraft(sceneId, panels)
  const [asking, setAsking] = useState(false)
  const mayWrite = useMay('story.write')
  const handleDraft = () => (panels.length === 0 ? void draft() : setAsking(true))
  function handleAdd() {
    const last: Panel | undefined = panels.at(-1)
    send({
      type: 'AddPanels',
      sceneId,
      panels: [
        {
          id: newId('panel'),
          beat: '',
          source: null,
          shot: 'medium',
          angle: 'eye',
          setting: last?.setting ?? 'room',
          light: last?.light ?? 'day',
          figures: [],
          lines: [],
          altText: '',
          weight: 2,
          turn: false,
        },
      ],
    })
  }
  useCommandList([
    { id: 'comic.draft', title: words.draft, group: 'comic', run: handleDraft, when: () => mayWrite },
    { id: 'comic.add-panel', title: words.addPanel, group: 'comic', run: handleAdd, when: () => mayWrite },
  ])
  if (panels.length === 0)
    return (
      <EmptyState
        drawing={<PanelsDrawing />}
        title={words.emptyTitle}
        action={
          mayWrite ? (
            <>
              <Button variant="primary" icon={<Wand2 aria-hidden />} busy={busy} onClick={handleDraft}>
                {words.draft}
              </Button>
              <Button icon={<Plus aria-hidden />} onClick={handleAdd}>
                {words.addPanel}
              </Button>
            </>
          ) : null
        }
      >
        {mayWrite ? words.empty : words.emptyToRead}
      </EmptyState>
    )
  return (
    <Editable>
      <div className="mx-auto flex max-w-6xl flex-col gap-3 p-3">
        <div className="flex flex-wrap items-center gap-2">
          <p className="flex-1 text-ink-soft">{words.panelCount(panels.length)}</p>
          <Button edits icon={<Wand2 aria-hidden />} busy={busy} onClick={handleDraft}>
            {words.draftAgain}
          </Button>
          <Button edits icon={<Plus aria-hidden />} onClick={handleAdd}>
            {words.addPanel}
          </Button>
        </div>
        <ol className="flex flex-col gap-3">
          {placed.map((entry, index) => (
            <ShotRow
              key={entry.panel.id}
              placed={entry}
              index={index}
              all={panels}
              prose={text.data ?? null}
              onOpen={onOpen}
            />
          ))}
        </ol>
        <AlertDialog
          open={asking}
          onOpenChange={setAsking}
          title={words.replaceTitle}
          description={words.replaceText}
          confirmLabel={words.replace}
          onConfirm={() => {
            setAsking(false)
            void draft()
          }}
        />
      </div>
    </Editable>
  )
}
