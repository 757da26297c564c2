import { z } from 'zod'
import { jobId, panelId, panelVersionId, sceneId } from '../kernel/ids.ts'
import type { PanelId, PanelVersionId, SceneId } from '../kernel/ids.ts'
import { changedFields, recordNoun } from '../kernel/records.ts'
import type { Changed, Created, Deleted, Noun, RecordStamp } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import { blueprintOverrides } from './blueprint.ts'
import type { BlueprintOverrides } from './blueprint.ts'
import { panelScript } from './script.ts'
import type { PanelScript } from './script.ts'

// Panels and their versions: the authored facts of the comic. Rules PA20-PA39 in SPEC.md.

/** A balloon a person moved or re-shaped; it stays where it was put. Shares of the panel's width and height. */
const balloonOverride = z.strictObject({
  lineId: z.string().min(1).max(64),
  x: z.number().min(-0.2).max(1.2),
  y: z.number().min(-0.2).max(1.2),
  shape: z
    .enum(['ellipse', 'rounded', 'squared', 'cloud', 'burst', 'dashed', 'wavy', 'caption', 'borderless'])
    .nullable(),
})
export type BalloonOverride = z.infer<typeof balloonOverride>

const scriptFields = panelScript.omit({ id: true, sceneId: true })
const panelFields = scriptFields.extend({ overrides: blueprintOverrides, balloons: z.array(balloonOverride).max(12) })

export interface Panel extends RecordStamp, PanelScript {
  /** Place in the scene: sparse number, ties by id. */
  readonly order: number
  readonly overrides: BlueprintOverrides
  readonly balloons: readonly BalloonOverride[]
  readonly chosenVersionId: PanelVersionId | null
}

const json = z.record(z.string().max(60), z.unknown())
const versionBody = z.strictObject({
  image: z.strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    width: z.number().int().min(1).max(8192),
    height: z.number().int().min(1).max(8192),
    mime: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  }),
  /** Everything needed to make it again: engine and version, seed, size, drawing rules, inputs (comics.md 4). */
  recipe: json,
  /** Who drew it, for the label: `rules` is never called generated art. */
  drawnBy: z.enum(['rules', 'model', 'person']),
  /** Hash per input the picture depends on; compared to tell what went stale. */
  fingerprint: z.record(z.string().max(60), z.string().max(80)),
  /** QC report stored with the version; null where none was made. */
  qc: json.nullable(),
  /** Where heads, hands and mouths are, where the drawing knows. */
  facts: json.nullable(),
  jobId: jobId.nullable(),
  parentVersionId: panelVersionId.nullable(),
  reason: z.enum(['first', 'redraw', 'vary-seed', 'edit', 'upload']),
})
export interface PanelVersion extends RecordStamp, z.infer<typeof versionBody> {
  readonly id: PanelVersionId
  readonly panelId: PanelId
}

/** How a scene's pages are laid out; keyed by scene. */
const layoutFields = z.strictObject({
  /** Template id per page, in order; pages without one get the automatic choice. */
  templates: z.array(z.string().max(40)).max(200),
  /** `story` follows the story's own direction. */
  direction: z.enum(['story', 'ltr', 'rtl']),
})
export interface ComicLayout extends RecordStamp, z.infer<typeof layoutFields> {
  readonly id: SceneId
}

export interface PanelState {
  readonly panels: Map<string, Panel>
  readonly panelVersions: Map<string, PanelVersion>
  readonly comicLayouts: Map<string, ComicLayout>
  readonly scenes: ReadonlyMap<string, { readonly id: string }>
}

export const addPanels = z.strictObject({
  type: z.literal('AddPanels'),
  sceneId,
  /** After this panel, or at the end. */
  afterPanelId: panelId.nullable().default(null),
  panels: z
    .array(scriptFields.extend({ id: panelId }))
    .min(1)
    .max(200),
})
export const updatePanel = z.strictObject({ type: z.literal('UpdatePanel'), panelId, fields: panelFields.partial() })
export const reorderPanels = z.strictObject({
  type: z.literal('ReorderPanels'),
  sceneId,
  panelIds: z.array(panelId).min(1).max(1000),
})
export const deletePanels = z.strictObject({
  type: z.literal('DeletePanels'),
  panelIds: z.array(panelId).min(1).max(1000),
})
export const recordPanelVersion = z.strictObject({
  type: z.literal('RecordPanelVersion'),
  panelId,
  versionId: panelVersionId,
  choose: z.boolean().default(true),
  version: versionBody,
})
export const choosePanelVersion = z.strictObject({
  type: z.literal('ChoosePanelVersion'),
  panelId,
  versionId: panelVersionId.nullable(),
})
export const setComicLayout = z.strictObject({
  type: z.literal('SetComicLayout'),
  sceneId,
  fields: layoutFields.partial(),
})

type PanelCommand =
  | z.infer<typeof addPanels>
  | z.infer<typeof updatePanel>
  | z.infer<typeof reorderPanels>
  | z.infer<typeof deletePanels>
  | z.infer<typeof recordPanelVersion>
  | z.infer<typeof choosePanelVersion>
  | z.infer<typeof setComicLayout>

export type PanelEvent = Created<'PanelAdded', Panel> | Changed<'PanelChanged', Panel> | Deleted<'PanelDeleted'>
export type PanelVersionEvent =
  | Created<'PanelVersionRecorded', PanelVersion>
  | Changed<'PanelVersionChanged', PanelVersion>
  | Deleted<'PanelVersionDropped'>
export type ComicLayoutEvent =
  Created<'ComicLayoutSet', ComicLayout> | Changed<'ComicLayoutChanged', ComicLayout> | Deleted<'ComicLayoutCleared'>
type AnyPanelEvent = PanelEvent | PanelVersionEvent | ComicLayoutEvent

type PanelRefusal =
  | { readonly kind: 'unknown-scene'; readonly data: { sceneId: string } }
  | { readonly kind: 'panel-exists'; readonly data: { panelId: string } }
  | { readonly kind: 'unknown-panel'; readonly data: { panelId: string } }
  | { readonly kind: 'unknown-panel-version'; readonly data: { versionId: string } }
  | { readonly kind: 'panel-version-exists'; readonly data: { versionId: string } }
  | { readonly kind: 'panel-list-differs'; readonly data: { sceneId: string } }

/** Says which events follow from a command on panels, or why it is refused (PA20-PA39). */
export function decidePanel(state: PanelState, command: PanelCommand): Result<AnyPanelEvent[], PanelRefusal> {
  switch (command.type) {
    case 'AddPanels':
      return decideAdd(state, command)
    case 'UpdatePanel': {
      const panel = state.panels.get(command.panelId)
      if (!panel) return unknownPanel(command.panelId)
      const fields = changedFields(panel, command.fields as Partial<Panel>)
      return ok(fields ? [{ type: 'PanelChanged', id: panel.id, fields }] : [])
    }
    case 'ReorderPanels':
      return decideReorder(state, command)
    case 'DeletePanels': {
      for (const id of command.panelIds) if (!state.panels.has(id)) return unknownPanel(id)
      return ok([...new Set(command.panelIds)].flatMap((id) => dropPanel(state, id)))
    }
    case 'RecordPanelVersion': {
      if (!state.panels.has(command.panelId)) return unknownPanel(command.panelId)
      if (state.panelVersions.has(command.versionId))
        return err({ kind: 'panel-version-exists', data: { versionId: command.versionId } })
      const chosen = state.panels.get(command.panelId)?.chosenVersionId ?? null
      const events: AnyPanelEvent[] = [
        {
          type: 'PanelVersionRecorded',
          record: { ...command.version, id: command.versionId, panelId: command.panelId },
        },
      ]
      if (command.choose || chosen === null)
        events.push({ type: 'PanelChanged', id: command.panelId, fields: { chosenVersionId: command.versionId } })
      return ok(events)
    }
    case 'ChoosePanelVersion': {
      const panel = state.panels.get(command.panelId)
      if (!panel) return unknownPanel(command.panelId)
      if (command.versionId !== null && state.panelVersions.get(command.versionId)?.panelId !== command.panelId)
        return err({ kind: 'unknown-panel-version', data: { versionId: command.versionId } })
      return ok(
        panel.chosenVersionId === command.versionId
          ? []
          : [{ type: 'PanelChanged', id: panel.id, fields: { chosenVersionId: command.versionId } }],
      )
    }
    case 'SetComicLayout': {
      if (!state.scenes.has(command.sceneId)) return err({ kind: 'unknown-scene', data: { sceneId: command.sceneId } })
      const layout = state.comicLayouts.get(command.sceneId)
      if (!layout)
        return ok([
          {
            type: 'ComicLayoutSet',
            record: {
              id: command.sceneId,
              templates: command.fields.templates ?? [],
              direction: command.fields.direction ?? 'story',
            },
          },
        ])
      const fields = changedFields(layout, command.fields as Partial<ComicLayout>)
      return ok(fields ? [{ type: 'ComicLayoutChanged', id: layout.id, fields }] : [])
    }
  }
}

const unknownPanel = (id: string) => err({ kind: 'unknown-panel', data: { panelId: id } } as const)

/** Panels of a scene in their order. */
export function panelsOfScene(state: Pick<PanelState, 'panels'>, scene: string): Panel[] {
  return [...state.panels.values()].filter((panel) => panel.sceneId === scene).sort(byOrder)
}

/** Versions of a panel, oldest first. */
export function versionsOfPanel(state: Pick<PanelState, 'panelVersions'>, panel: string): PanelVersion[] {
  return [...state.panelVersions.values()]
    .filter((version) => version.panelId === panel)
    .sort((a, b) => a.version - b.version || (a.id < b.id ? -1 : 1))
}

function byOrder(a: Panel, b: Panel): number {
  return a.order - b.order || (a.id < b.id ? -1 : 1)
}

function decideAdd(state: PanelState, command: z.infer<typeof addPanels>): Result<AnyPanelEvent[], PanelRefusal> {
  if (!state.scenes.has(command.sceneId)) return err({ kind: 'unknown-scene', data: { sceneId: command.sceneId } })
  const present = panelsOfScene(state, command.sceneId)
  const after =
    command.afterPanelId === null ? present.length - 1 : present.findIndex((panel) => panel.id === command.afterPanelId)
  if (command.afterPanelId !== null && after < 0) return unknownPanel(command.afterPanelId)
  const before = present[after]?.order ?? 0
  const next = present[after + 1]?.order ?? before + command.panels.length + 1
  const gap = (next - before) / (command.panels.length + 1)
  const seen = new Set<string>()
  const events: AnyPanelEvent[] = []
  for (const [i, script] of command.panels.entries()) {
    if (state.panels.has(script.id) || seen.has(script.id))
      return err({ kind: 'panel-exists', data: { panelId: script.id } })
    seen.add(script.id)
    events.push({
      type: 'PanelAdded',
      record: {
        ...script,
        sceneId: command.sceneId,
        order: before + gap * (i + 1),
        overrides: {},
        balloons: [],
        chosenVersionId: null,
      },
    })
  }
  return ok(events)
}

function decideReorder(
  state: PanelState,
  command: z.infer<typeof reorderPanels>,
): Result<AnyPanelEvent[], PanelRefusal> {
  const present = panelsOfScene(state, command.sceneId)
  const wanted = new Set<string>(command.panelIds)
  if (
    wanted.size !== command.panelIds.length ||
    wanted.size !== present.length ||
    present.some((panel) => !wanted.has(panel.id))
  )
    return err({ kind: 'panel-list-differs', data: { sceneId: command.sceneId } })
  return ok(
    command.panelIds.flatMap((id, i): AnyPanelEvent[] =>
      state.panels.get(id)?.order === i + 1 ? [] : [{ type: 'PanelChanged', id, fields: { order: i + 1 } }],
    ),
  )
}

/** A panel goes with its versions; undo brings both back. */
function dropPanel(state: PanelState, id: string): AnyPanelEvent[] {
  const versions = versionsOfPanel(state, id).map((version): AnyPanelEvent => ({
    type: 'PanelVersionDropped',
    id: version.id,
  }))
  return [...versions, { type: 'PanelDeleted', id }]
}

/** What deleting scenes takes along here: their panels, versions and layouts. */
export function dropPanelsOfScenes(state: PanelState, sceneIds: readonly string[]): AnyPanelEvent[] {
  const gone = new Set(sceneIds)
  const panels = [...state.panels.values()]
    .filter((panel) => gone.has(panel.sceneId))
    .flatMap((panel) => dropPanel(state, panel.id))
  const layouts = [...state.comicLayouts.keys()]
    .filter((id) => gone.has(id))
    .map((id): AnyPanelEvent => ({ type: 'ComicLayoutCleared', id }))
  return [...panels, ...layouts]
}

export const panelNoun: Noun<PanelState, PanelEvent> = recordNoun<
  PanelState,
  Panel,
  'PanelAdded',
  'PanelChanged',
  'PanelDeleted'
>({
  created: 'PanelAdded',
  changed: 'PanelChanged',
  deleted: 'PanelDeleted',
  collection: 'panels',
  records: (state) => state.panels,
  blocked: (state, panel) => (state.scenes.has(panel.sceneId) ? null : 'end-missing'),
  removeBlocked: (state, panel) => (versionsOfPanel(state, panel.id).length > 0 ? 'in-use' : null),
})

export const panelVersionNoun: Noun<PanelState, PanelVersionEvent> = recordNoun<
  PanelState,
  PanelVersion,
  'PanelVersionRecorded',
  'PanelVersionChanged',
  'PanelVersionDropped'
>({
  created: 'PanelVersionRecorded',
  changed: 'PanelVersionChanged',
  deleted: 'PanelVersionDropped',
  collection: 'panelVersions',
  records: (state) => state.panelVersions,
  // A drawn picture never goes by undo of its own recording: a redraw adds, nothing is lost (PA31).
  removeBlocked: () => 'in-use',
})

export const comicLayoutNoun: Noun<PanelState, ComicLayoutEvent> = recordNoun<
  PanelState,
  ComicLayout,
  'ComicLayoutSet',
  'ComicLayoutChanged',
  'ComicLayoutCleared'
>({
  created: 'ComicLayoutSet',
  changed: 'ComicLayoutChanged',
  deleted: 'ComicLayoutCleared',
  collection: 'comicLayouts',
  records: (state) => state.comicLayouts,
  blocked: (state, layout) => (state.scenes.has(layout.id) ? null : 'end-missing'),
})
