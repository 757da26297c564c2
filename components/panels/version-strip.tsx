'use client'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { pictureUrl } from '#lib/client/comic.ts'
import { staleOf } from '#lib/panels/comic.ts'
import type { PlacedPanel } from '#lib/panels/comic.ts'
import type { PanelVersion } from '#lib/panels/panel.ts'
import { useStory } from '#stores/story.ts'
import { useSend } from './use-comic.ts'

const words = messages.panels

interface VersionStripProps {
  readonly placed: PlacedPanel
  readonly versions: readonly PanelVersion[]
  readonly shownId: string | null
  readonly onLook: (id: string | null) => void
}

/** Every picture ever drawn of the panel, newest last; a redraw adds and never replaces. */
export function VersionStrip({ placed, versions, shownId, onLook }: VersionStripProps) {
  const storyId = useStory((page) => page.storyId)
  const chosen = placed.panel.chosenVersionId
  return (
    <ol aria-label={words.versions} className="flex gap-2 overflow-x-auto pb-1">
      {versions.map((version, index) => (
        <li key={version.id} className="shrink-0">
          <button
            type="button"
            aria-pressed={version.id === shownId}
            onClick={() => onLook(version.id)}
            className="flex w-32 flex-col gap-1 rounded-md border p-1 text-left text-small hover:bg-hover aria-pressed:border-madder aria-pressed:bg-wash"
          >
            {/* Blobs of the story itself; Next's optimiser cannot sign in for them. */}
            <img
              alt=""
              src={pictureUrl(storyId, version.image.sha256)}
              className="aspect-square w-full rounded-sm object-cover"
              loading="lazy"
            />
            <span>{words.version(index + 1)}</span>
            <span className="text-ink-soft">{words.reasons[version.reason] ?? version.reason}</span>
            {version.id === chosen ? <Badge tone="madder">{words.chosen}</Badge> : null}
          </button>
        </li>
      ))}
    </ol>
  )
}

/** What is known of one version: who drew it, whether it still fits, its recipe. */
export function VersionFacts({ placed, version }: { placed: PlacedPanel; version: PanelVersion | null }) {
  const send = useSend()
  const mayWrite = useMay('story.write')
  const panelId = placed.panel.id
  if (!version) return <p className="text-ink-soft">{words.notYet}</p>
  const stale = staleOf(version, placed.blueprint)
  const chosen = placed.panel.chosenVersionId === version.id
  return (
    <div className="flex flex-col gap-2 text-small">
      <p className="font-medium">{words.drawnBy[version.drawnBy]}</p>
      <p className={stale.length > 0 ? 'text-warn' : 'text-ink-soft'}>
        {stale.length > 0 ? words.stale(stale.map((part) => words.staleParts[part] ?? part)) : words.fresh}
      </p>
      <div className="flex flex-wrap gap-2">
        {chosen || !mayWrite ? null : (
          <Button size="sm" onClick={() => send({ type: 'ChoosePanelVersion', panelId, versionId: version.id })}>
            {words.choose}
          </Button>
        )}
        {chosen && mayWrite ? (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => send({ type: 'ChoosePanelVersion', panelId, versionId: null })}
          >
            {words.useStoryboard}
          </Button>
        ) : null}
      </div>
      <details>
        <summary className="cursor-pointer">{words.recipe}</summary>
        <p className="text-ink-faint">{words.recipeHelp}</p>
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 font-mono text-micro break-all">
          {Object.entries(version.recipe).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  )
}
