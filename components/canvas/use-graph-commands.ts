'use client'
import { messages } from '#components/messages/messages.ts'
import { useCommandList, useRunCommand } from '#components/shell/shortcuts.ts'
import type { Command } from '#components/shell/command-registry.ts'
import { announce } from '#components/ui/announcer.tsx'
import { downstream, inEdges, outEdges, upstream } from '#lib/story/queries.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import type { Alignment, Axis } from './arrange.ts'
import { canLink } from './canvas-model.ts'
import { focusDetails } from './details/focus-details.ts'
import type { GraphContextValue } from './graph-context.tsx'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas.actions

const ALIGNMENTS: readonly { id: Alignment; title: string }[] = [
  { id: 'left', title: words.alignLeft },
  { id: 'centre', title: words.alignCentre },
  { id: 'right', title: words.alignRight },
  { id: 'top', title: words.alignTop },
  { id: 'middle', title: words.alignMiddle },
  { id: 'bottom', title: words.alignBottom },
]
const SPREADS: readonly { id: Axis; title: string }[] = [
  { id: 'across', title: words.distributeAcross },
  { id: 'down', title: words.distributeDown },
]

/** What changes the graph; the rest looks at it and is there for readers too. */
const CHANGES = /^graph\.(new-|link|branch$|rename|delete|start|ending|pin|group|ungroup|tidy|align-|distribute-)/

interface Switches {
  readonly outline: boolean
  readonly toggleOutline: () => void
  readonly toggleBranches: () => void
  readonly toggleMeaning: () => void
}

/** Registers every action of the graph: palette, help sheet, keys, menu and toolbar run the same. */
export function useGraphCommands(graph: GraphContextValue, switches: Switches): void {
  const { model, actions, dialogs, camera } = graph
  const { select, clear } = useViewActions()
  const runCommand = useRunCommand()
  const sceneIds = useView((view) => view.sceneIds)
  const edgeIds = useView((view) => view.edgeIds)
  const state = useStory((page) => page.shown)
  const chosen = [...sceneIds].filter((id) => state.scenes.has(id))
  const one = chosen.length === 1 ? state.scenes.get(chosen[0] ?? '') : undefined
  const onCanvas = () => !switches.outline
  const some = () => chosen.length > 0
  const several = (least: number) => () => chosen.length >= least

  function make(type?: 'note') {
    const centre = onCanvas() ? camera.centre() : outlinePlace()
    actions.createScene({ x: centre.x - 110, y: centre.y - 48, ...(type ? { type } : {}) })
  }
  function outlinePlace() {
    const last = one ? model.drawn.get(one.id) : undefined
    if (last) return { x: last.x + last.width + 210, y: last.y + 48 }
    return model.bounds ? { x: model.bounds.x + 110, y: model.bounds.y + model.bounds.height + 120 } : { x: 110, y: 48 }
  }
  /** The connections of the selected scene, or of the scene whose connection is selected: those that lead on first. */
  function walkEdges() {
    const selected = state.edges.get([...edgeIds][0] ?? '')
    const ends: readonly string[] = selected ? [selected.from, selected.to] : []
    const at = one?.id ?? ends.find((id) => id === graph.focusId) ?? ends[0]
    if (at === undefined) return
    const edges = [...outEdges(model.index, at), ...inEdges(model.index, at).filter((edge) => edge.from !== at)]
    const position = (edges.findIndex((edge) => edge.id === selected?.id) + 1) % Math.max(1, edges.length)
    const edge = edges[position]
    if (!edge) return announce(messages.canvas.said.noEdges)
    const title = (id: string) => titleOf(state.scenes.get(id))
    const label = messages.canvas.edgeLabel(title(edge.from), title(edge.to), messages.canvas.edgeTypes[edge.type])
    graph.focus(at)
    select([], [edge.id])
    announce(messages.canvas.said.focus(label, position + 1, edges.length))
  }
  function pick(ids: ReadonlySet<string>) {
    select(ids)
    announce(messages.canvas.said.selected(ids.size))
  }

  const commands: Command[] = [
    { id: 'graph.new-scene', title: words.newScene, group: 'graph', keys: 'N', run: () => make() },
    {
      id: 'graph.new-linked',
      title: words.linkedScene,
      group: 'graph',
      keys: 'C',
      run: () => one && actions.createLinked(one.id),
      when: () => one !== undefined && canLink(one),
    },
    { id: 'graph.new-note', title: words.newNote, group: 'graph', run: () => make('note') },
    {
      id: 'graph.link',
      title: words.linkTo,
      group: 'graph',
      keys: 'L',
      run: () => one && dialogs.link(one.id),
      when: () => one !== undefined && canLink(one),
    },
    {
      id: 'graph.branch',
      title: words.branchHere,
      group: 'graph',
      keys: 'B',
      run: () => one && dialogs.fork(one.id),
      when: () => one !== undefined && canLink(one),
      keywords: ['fork'],
    },
    {
      id: 'graph.rename',
      title: words.rename,
      group: 'graph',
      run: () => one && graph.edit(one.id),
      when: () => Boolean(one),
    },
    {
      id: 'graph.open',
      title: words.open,
      group: 'graph',
      run: () => one && graph.open(one.id),
      when: () => Boolean(one),
    },
    {
      id: 'graph.details',
      title: words.details,
      group: 'graph',
      keys: 'D',
      run: () => {
        runCommand('view.dock-details')
        focusDetails()
      },
    },
    {
      id: 'graph.walk-edges',
      title: words.walkEdges,
      group: 'graph',
      keys: 'E',
      run: walkEdges,
      when: () => one !== undefined || edgeIds.size === 1,
    },
    {
      id: 'graph.delete',
      title: words.delete,
      group: 'graph',
      keys: ['Delete', 'Backspace'],
      run: () => dialogs.remove(chosen, [...edgeIds]),
      when: () => chosen.length + edgeIds.size > 0,
    },
    {
      id: 'graph.start',
      title: words.makeStart,
      group: 'graph',
      run: () => one && actions.send({ type: 'UpdateStory', fields: { startSceneId: one.id } }),
      when: () => one !== undefined && canLink(one),
    },
    {
      id: 'graph.ending',
      title: words.markEnding,
      group: 'graph',
      run: () => one && actions.update(one.id, { type: 'ending' }),
      when: () => one !== undefined && one.type !== 'ending',
    },
    {
      id: 'graph.pin',
      title: one?.pinned ? words.unpin : words.pin,
      group: 'graph',
      run: () => one && actions.update(one.id, { pinned: !one.pinned }),
      when: () => Boolean(one),
    },
    {
      id: 'graph.group',
      title: words.group,
      group: 'graph',
      keys: 'Mod+G',
      run: () => actions.group(chosen),
      when: some,
    },
    {
      id: 'graph.ungroup',
      title: words.ungroup,
      group: 'graph',
      keys: 'Mod+Shift+G',
      run: () => actions.ungroup(chosen),
      when: () => chosen.some((id) => state.scenes.get(id)?.groupId),
    },
    {
      id: 'graph.select-all',
      title: words.selectAll,
      group: 'graph',
      keys: 'Mod+A',
      run: () => pick(new Set(model.drawn.keys())),
    },
    {
      id: 'graph.select-upstream',
      title: words.selectUpstream,
      group: 'graph',
      run: () => pick(upstream(model.index, chosen)),
      when: some,
    },
    {
      id: 'graph.select-downstream',
      title: words.selectDownstream,
      group: 'graph',
      run: () => pick(downstream(model.index, chosen)),
      when: some,
    },
    { id: 'graph.clear', title: words.clear, group: 'graph', run: clear, when: () => chosen.length + edgeIds.size > 0 },
    {
      id: 'graph.fit-all',
      title: words.fitAll,
      group: 'graph',
      keys: 'Shift+1',
      run: () => camera.fit(),
      when: onCanvas,
    },
    {
      id: 'graph.fit-selection',
      title: words.fitSelection,
      group: 'graph',
      keys: 'Shift+2',
      run: () => camera.fit(chosen),
      when: () => onCanvas() && some(),
    },
    {
      id: 'graph.actual-size',
      title: words.actualSize,
      group: 'graph',
      keys: 'Mod+0',
      run: camera.actualSize,
      when: onCanvas,
    },
    {
      id: 'graph.zoom-in',
      title: words.zoomIn,
      group: 'graph',
      keys: '+',
      run: () => camera.zoomBy(1.25),
      when: onCanvas,
    },
    {
      id: 'graph.zoom-out',
      title: words.zoomOut,
      group: 'graph',
      keys: '-',
      run: () => camera.zoomBy(0.8),
      when: onCanvas,
    },
    { id: 'graph.tidy', title: words.layoutAll, group: 'graph', run: () => actions.tidy() },
    {
      id: 'graph.tidy-selection',
      title: words.layoutSelection,
      group: 'graph',
      run: () => actions.tidy(new Set(chosen)),
      when: several(2),
    },
    ...ALIGNMENTS.map(({ id, title }): Command => ({
      id: `graph.align-${id}`,
      title,
      group: 'graph',
      run: () => actions.arrange(chosen, { align: id }),
      when: several(2),
    })),
    ...SPREADS.map(({ id, title }): Command => ({
      id: `graph.distribute-${id}`,
      title,
      group: 'graph',
      run: () => actions.arrange(chosen, { distribute: id }),
      when: several(3),
    })),
    { id: 'graph.outline', title: words.toggleOutline, group: 'graph', keys: 'O', run: switches.toggleOutline },
    { id: 'graph.branches', title: words.branches, group: 'graph', run: switches.toggleBranches },
    { id: 'graph.meaning', title: words.meaning, group: 'graph', run: switches.toggleMeaning, when: onCanvas },
  ]
  useCommandList(graph.mayWrite ? commands : commands.filter((command) => !CHANGES.test(command.id)))
}
