'use client'
import { Flag, GitBranch, Rocket } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { announce } from '#components/ui/announcer.tsx'
import { cn } from '#components/ui/cn.ts'
import { branchVar } from '#components/ui/tokens.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { useGraph } from './graph-context.tsx'
import { outlineRows, outlineStep } from './outline-rows.ts'
import type { OutlineRow } from './outline-rows.ts'
import { SceneTypeIcon } from './scene-type-icon.tsx'
import { TitleField } from './title-field.tsx'
import { useBranchId } from './use-canvas-model.ts'
import { useFocusCommands } from './use-focus-commands.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas
const STEPS: Readonly<Record<string, Parameters<typeof outlineStep>[2]>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'out',
  ArrowRight: 'in',
  Home: 'first',
  End: 'last',
}

const FOCUS_STEPS = ['up', 'down', 'first', 'last'] as const

/** The graph as a list: the same scenes, selection and commands, by keyboard and screen reader alone. */
export function Outline() {
  const { model, editingId, edit, open, focusId, focus } = useGraph()
  const state = useStory((page) => page.shown)
  const branchId = useBranchId()
  const sceneIds = useView((view) => view.sceneIds)
  const { select, toggle, setBranch } = useViewActions()
  const rows = useMemo(() => outlineRows(state, branchId, model.index), [state, branchId, model.index])
  /** The heading that has the keyboard; a scene that has it is the graph's focus. */
  const [headingKey, setHeadingKey] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const wantsFocus = useRef(false)
  const [firstChosen] = sceneIds
  const activeKey = focusId ?? headingKey ?? firstChosen
  const found = rows.findIndex((row) => row.key === activeKey)
  const active = Math.max(0, found)
  const startId = storyOf(state)?.startSceneId ?? null

  // Syncs the browser's focus with the line the keys went to, and after a title was typed.
  useEffect(() => {
    if (!wantsFocus.current || editingId) return
    wantsFocus.current = false
    list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  })
  // Syncs the next render: when a new scene's title is done, its line takes the focus.
  useEffect(() => {
    if (editingId) wantsFocus.current = true
  }, [editingId])

  const hadFocus = useRef(false)
  // Syncs the browser's focus with the list: when the focused line was deleted, the line in its place takes over.
  useEffect(() => {
    if (!hadFocus.current || document.activeElement !== document.body) return
    list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }, [rows])

  function focusRow(at: number) {
    const row = rows[at]
    if (!row || row.key === activeKey) return
    wantsFocus.current = true
    setHeadingKey(row.kind === 'scene' ? null : row.key)
    focus(row.kind === 'scene' ? row.scene.id : null)
  }
  function goTo(at: number) {
    const row = rows[at]
    focusRow(at)
    if (row) select(row.kind === 'scene' ? [row.scene.id] : [])
  }
  /** The selection grows by the lines up to `to`; where `to` is chosen already, the lines left behind are let go. */
  function extendTo(to: number) {
    const lines = rows.slice(Math.min(active, to), Math.max(active, to) + 1)
    const next = new Set(sceneIds)
    // The key of a scene's line is the scene's id.
    const shrinks = sceneIds.has(rows[to]?.key ?? '')
    for (const { kind, key } of lines) {
      if (!shrinks && kind === 'scene') next.add(key)
      if (shrinks && key !== rows[to]?.key) next.delete(key)
    }
    focusRow(to)
    select(next)
    announce(words.said.selected(next.size))
  }
  const activeRow = rows[active]
  useFocusCommands(list, activeRow?.kind === 'scene' ? activeRow.scene.id : null, FOCUS_STEPS, (step) =>
    focusRow(outlineStep(rows, active, step)),
  )
  function handleKeyDown(event: KeyboardEvent) {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[active]
    const step = STEPS[event.key]
    if (step && event.shiftKey) extendTo(outlineStep(rows, active, step))
    else if (step) goTo(outlineStep(rows, active, step))
    else if (event.key === 'Enter' && row?.kind === 'scene') open(row.scene.id)
    else if (event.key === 'Enter' && row?.kind === 'branch') setBranch(row.branch.id)
    else if (event.key === 'F2' && row?.kind === 'scene') edit(row.scene.id)
    else if (event.key !== ' ' || !event.repeat) return
    event.preventDefault()
  }
  function handleClick(event: MouseEvent, at: number) {
    const row = rows[at]
    if (row?.kind !== 'scene' || !(event.shiftKey || event.ctrlKey || event.metaKey)) return goTo(at)
    focusRow(at)
    toggle('scene', row.scene.id)
  }

  return (
    <div className="flex h-full flex-col bg-paper">
      <p className="border-b px-4 py-2 text-small text-ink-soft max-sm:hidden">{words.outline.hint}</p>
      <ul
        ref={list}
        role="tree"
        aria-label={words.outline.tree}
        aria-multiselectable
        onKeyDown={handleKeyDown}
        onFocus={() => (hadFocus.current = true)}
        onBlur={(event) => {
          if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) hadFocus.current = false
        }}
        className="min-h-0 flex-1 overflow-auto py-1"
      >
        {rows.map((row, at) => (
          <li
            key={row.key}
            role="treeitem"
            aria-level={row.level}
            aria-selected={row.kind === 'scene' ? sceneIds.has(row.scene.id) : undefined}
            tabIndex={at === active ? 0 : -1}
            onClick={(event) => handleClick(event, at)}
            onDoubleClick={() => (row.kind === 'scene' ? open(row.scene.id) : undefined)}
            className={cn(
              'min-h-row cursor-default border-l-4 pr-3 [contain-intrinsic-size:auto_32px] [content-visibility:auto] focus-visible:-outline-offset-2',
              row.kind === 'scene' && sceneIds.has(row.scene.id) ? 'bg-wash' : 'hover:bg-hover',
            )}
            style={{
              paddingLeft: 8 + Math.min(row.level - 1, 20) * 18,
              borderLeftColor:
                row.kind === 'scene' ? branchVar(state.branches.get(row.scene.branchId)?.colour ?? 1) : 'transparent',
            }}
          >
            {row.kind === 'scene' ? (
              <SceneLine
                row={row}
                scenes={state.scenes}
                start={row.scene.id === startId}
                editing={editingId === row.scene.id}
              />
            ) : (
              <Heading row={row} />
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Heading({ row }: { row: Exclude<OutlineRow, { kind: 'scene' }> }) {
  return (
    <span className="flex min-h-row items-center gap-2 pt-2 text-small font-semibold text-ink-soft">
      {row.kind === 'branch' ? (
        <GitBranch aria-hidden className="size-4" style={{ color: branchVar(row.branch.colour) }} />
      ) : null}
      {row.kind === 'branch'
        ? `${words.outline.elsewhere}: ${row.branch.name}`
        : `${words.types.group}, ${words.types.note}`}
      <span className="font-normal text-ink-faint">{words.scenes(row.count)}</span>
    </span>
  )
}

interface SceneLineProps {
  readonly row: Extract<OutlineRow, { kind: 'scene' }>
  readonly scenes: ReadonlyMap<string, Scene>
  readonly start: boolean
  readonly editing: boolean
}

const SceneLine = memo(function SceneLine({ row, scenes, start, editing }: SceneLineProps) {
  const { actions, edit } = useGraph()
  const { scene, by, jumps } = row
  return (
    <span className="flex min-h-row items-center gap-2">
      <SceneTypeIcon type={scene.type} named className="size-4 shrink-0 text-ink-faint" />
      {by?.type === 'choice' && by.choiceText ? (
        <span className="max-w-48 shrink-0 truncate rounded-sm border px-1 text-small text-ink-soft">
          {by.choiceText}
        </span>
      ) : null}
      {editing ? (
        <TitleField
          title={scene.title}
          onSave={(title) => actions.update(scene.id, { title })}
          onDone={() => edit(null)}
        />
      ) : (
        <span className={cn('min-w-0 truncate font-medium', !scene.title.trim() && 'text-ink-faint italic')}>
          {titleOf(scene)}
        </span>
      )}
      {start ? <Rocket role="img" aria-label={words.start} className="size-4 shrink-0 text-madder" /> : null}
      {scene.type === 'ending' ? <Flag aria-hidden className="size-4 shrink-0 text-madder" /> : null}
      {jumps.length > 0 ? (
        <span className="min-w-0 truncate text-small text-ink-faint max-sm:hidden">
          {words.outline.leadsTo} {jumps.map((edge) => titleOf(scenes.get(edge.to))).join(', ')}
        </span>
      ) : null}
      <span className="ml-auto shrink-0 text-small text-ink-faint max-sm:hidden">{words.drafts[scene.draftState]}</span>
      <span className="w-20 shrink-0 text-right text-small text-ink-soft tabular-nums">{words.words(scene.words)}</span>
    </span>
  )
})
