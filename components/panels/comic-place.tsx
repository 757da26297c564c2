'use client'
import { Images, List, PanelsTopLeft } from 'lucide-react'
import { useEffect, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useBranchScenes, useCurrentBranch } from '#components/prose/use-branch-scenes.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { PanelsDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { TabPanel, Tabs } from '#components/ui/tabs.tsx'
import { buttonLook } from '#components/ui/button.tsx'
import { isReadable } from '#lib/story/queries.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { PagesView } from './pages-view.tsx'
import { ShotList } from './shot-list.tsx'
import { Studio } from './studio.tsx'

const words = messages.panels
type ViewId = 'shots' | 'studio' | 'pages'

/** Comic: one scene's shot list, its panels in the studio, and its pages. */
export function ComicPlace() {
  const ready = useStory((page) => page.ready)
  const branch = useCurrentBranch()
  const scenes = useBranchScenes(branch?.id ?? null).filter(isReadable)
  const selected = useView((view) => view.sceneIds.values().next().value ?? null)
  const link = usePlaceLink()
  if (!ready) return <SkeletonLines lines={8} className="p-6" />
  const scene = scenes.find((entry) => entry.id === selected) ?? scenes[0]
  if (!scene)
    return (
      <EmptyState
        drawing={<PanelsDrawing />}
        title={words.noScenesTitle}
        action={
          <a className={buttonLook({ variant: 'primary' })} href={link('write')}>
            {messages.prose.place}
          </a>
        }
      >
        {words.noScenes}
      </EmptyState>
    )
  return <ComicOfScene key={scene.id} scene={scene} scenes={scenes} />
}

function ComicOfScene({ scene, scenes }: { scene: Scene; scenes: readonly Scene[] }) {
  const { select } = useViewActions()
  const chosen = useView((page) => page.sceneIds.has(scene.id))
  // Syncs the view with the scene that is shown where none of this branch was chosen: dock and links mean this one.
  useEffect(() => {
    if (!chosen) select([scene.id])
  }, [chosen, select, scene.id])
  const [view, setView] = useState<ViewId>('shots')
  const [panelId, setPanelId] = useState<string | null>(null)
  const at = scenes.findIndex((entry) => entry.id === scene.id)
  useCommandList([
    { id: 'comic.shots', title: words.shotList, group: 'comic', run: () => setView('shots') },
    { id: 'comic.studio', title: words.studio, group: 'comic', run: () => setView('studio') },
    { id: 'comic.pages', title: words.pages, group: 'comic', run: () => setView('pages') },
    {
      id: 'comic.next-scene',
      title: messages.prose.nextScene,
      group: 'comic',
      keys: 'Alt+ArrowDown',
      run: () => scenes[at + 1] && select([scenes[at + 1]?.id ?? '']),
      when: () => at < scenes.length - 1,
    },
    {
      id: 'comic.previous-scene',
      title: messages.prose.previousScene,
      group: 'comic',
      keys: 'Alt+ArrowUp',
      run: () => scenes[at - 1] && select([scenes[at - 1]?.id ?? '']),
      when: () => at > 0,
    },
  ])
  function handleOpen(id: string) {
    setPanelId(id)
    setView('studio')
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex items-center gap-2 px-3 pt-3">
        <Select
          label={words.scene}
          value={scene.id as string}
          onChange={(id) => select([id])}
          options={scenes.map((entry) => ({
            value: entry.id as string,
            label: entry.title === '' ? messages.prose.untitled : entry.title,
          }))}
          className="max-w-80"
        />
      </div>
      <Tabs
        value={view}
        onChange={setView}
        label={words.views}
        className="min-h-0 flex-1"
        items={[
          { id: 'shots', label: words.shotList, icon: <List aria-hidden /> },
          { id: 'studio', label: words.studio, icon: <PanelsTopLeft aria-hidden /> },
          { id: 'pages', label: words.pages, icon: <Images aria-hidden /> },
        ]}
      >
        <TabPanel id="shots">
          <ShotList sceneId={scene.id} onOpen={handleOpen} />
        </TabPanel>
        <TabPanel id="studio">
          <Studio sceneId={scene.id} panelId={panelId} onPanel={setPanelId} onShotList={() => setView('shots')} />
        </TabPanel>
        <TabPanel id="pages">
          <PagesView sceneId={scene.id} onOpen={handleOpen} onShotList={() => setView('shots')} />
        </TabPanel>
      </Tabs>
    </div>
  )
}
