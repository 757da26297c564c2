import { z } from 'zod'
import type { Clock, Random } from './ports.ts'

/**
 * Ids are sortable strings made by whoever creates the thing (usually the browser) and travel in the command:
 * a two- or three-letter prefix, `_`, 10 characters of time, 12 of randomness (Crockford base 32, lower case).
 * Imported things may carry other ids; the schema only bounds length and alphabet.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const idPattern = /^[A-Za-z0-9_-]{1,64}$/

function idSchema<Name extends string>() {
  return z.string().regex(idPattern, 'an id has 1 to 64 letters, digits, _ or -').brand<Name>()
}

export const storyId = idSchema<'StoryId'>()
export const sceneId = idSchema<'SceneId'>()
export const edgeId = idSchema<'EdgeId'>()
export const branchId = idSchema<'BranchId'>()
export const variableId = idSchema<'VariableId'>()
export const characterId = idSchema<'CharacterId'>()
export const panelId = idSchema<'PanelId'>()
export const panelVersionId = idSchema<'PanelVersionId'>()
export const commandId = idSchema<'CommandId'>()
export const clientId = idSchema<'ClientId'>()
export const userId = idSchema<'UserId'>()
export const jobId = idSchema<'JobId'>()
export const runId = idSchema<'RunId'>()

export type StoryId = z.infer<typeof storyId>
export type SceneId = z.infer<typeof sceneId>
export type EdgeId = z.infer<typeof edgeId>
export type BranchId = z.infer<typeof branchId>
export type VariableId = z.infer<typeof variableId>
export type CharacterId = z.infer<typeof characterId>
export type PanelId = z.infer<typeof panelId>
export type PanelVersionId = z.infer<typeof panelVersionId>
export type CommandId = z.infer<typeof commandId>
export type ClientId = z.infer<typeof clientId>
export type UserId = z.infer<typeof userId>
export type JobId = z.infer<typeof jobId>
export type RunId = z.infer<typeof runId>

const PREFIXES = {
  story: 'st',
  scene: 'sc',
  edge: 'ed',
  branch: 'br',
  variable: 'va',
  character: 'ch',
  panel: 'pa',
  panelVersion: 'pv',
  command: 'co',
  client: 'cl',
  user: 'us',
  job: 'jo',
  run: 'ru',
  session: 'se',
  lease: 'le',
  invitation: 'in',
  reset: 're',
  key: 'ke',
} as const

interface IdKinds {
  story: StoryId
  scene: SceneId
  edge: EdgeId
  branch: BranchId
  variable: VariableId
  character: CharacterId
  panel: PanelId
  panelVersion: PanelVersionId
  command: CommandId
  client: ClientId
  user: UserId
  job: JobId
  run: RunId
  session: string
  lease: string
  invitation: string
  reset: string
  key: string
}

/** Makes ids of one process or page from its clock and randomness. */
export type NewId = <K extends keyof IdKinds>(kind: K) => IdKinds[K]

/** Builds the id maker; ids made later sort later to the millisecond. */
export function idMaker(clock: Clock, random: Random): NewId {
  return <K extends keyof IdKinds>(kind: K) => {
    let time = clock()
    let text = ''
    for (let i = 0; i < 10; i++) {
      text = ALPHABET[time % 32] + text
      time = Math.floor(time / 32)
    }
    for (let i = 0; i < 12; i++) text += ALPHABET[Math.floor(random() * 32)]
    // The brand is a compile-time mark; the text matches the schema by construction.
    return `${PREFIXES[kind]}_${text}` as IdKinds[K]
  }
}
