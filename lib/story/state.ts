import type { BranchId, EdgeId, SceneId, StoryId, VariableId } from '../kernel/ids.ts'
import type { RecordStamp } from '../kernel/records.ts'
import type { Condition, Effect, Value, VariableKind } from './logic.ts'

/** Unknown data of an import, kept for the way back (story.md 8.1). JSON values by key. */
export type ForeignBag = Readonly<Record<string, unknown>>

export interface Story extends RecordStamp {
  readonly id: StoryId
  readonly title: string
  readonly logline: string
  /** BCP 47. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly startSceneId: SceneId | null
  readonly canonBranchId: BranchId
  readonly state: 'draft' | 'review' | 'published' | 'archived'
  /** UTC ms when it went to the trash, or null. */
  readonly trashedAt: number | null
  readonly foreign: ForeignBag
}

export const SCENE_TYPES = [
  'chapter',
  'scene',
  'beat',
  'dialogue',
  'volume',
  'hub',
  'ending',
  'convergence',
  'group',
  'note',
] as const
export type SceneType = (typeof SCENE_TYPES)[number]

export interface Scene extends RecordStamp {
  readonly id: SceneId
  readonly branchId: BranchId
  readonly type: SceneType
  readonly title: string
  readonly summary: string
  readonly groupId: SceneId | null
  readonly originId: SceneId | null
  /** Canvas px, integers. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly pinned: boolean
  /** 0..1 */
  readonly importance: number
  readonly draftState: 'empty' | 'drafting' | 'review' | 'final'
  readonly moods: readonly string[]
  readonly tags: readonly string[]
  /** Ids of characters who are in the scene. */
  readonly cast: readonly string[]
  readonly targetWords: number | null
  /** Fields of the scene's type (scene-fields.ts). */
  readonly metadata: Readonly<Record<string, string>>
  readonly origin: SceneOrigin
  readonly foreign: ForeignBag
  /** From the newest prose checkpoint. */
  readonly words: number
  readonly proseHash: string | null
}

/** Who first wrote it: a person, an AI run, or an import. */
export interface SceneOrigin {
  readonly kind: 'human' | 'ai' | 'import'
  readonly runId?: string | undefined
  readonly model?: string | undefined
}

export const STRUCTURE_EDGES = ['next', 'choice', 'converges'] as const
export const MEANING_EDGES = ['cause', 'before', 'parallel', 'references'] as const
export const EDGE_TYPES = [...STRUCTURE_EDGES, ...MEANING_EDGES] as const
export type EdgeType = (typeof EDGE_TYPES)[number]

export interface Edge extends RecordStamp {
  readonly id: EdgeId
  readonly from: SceneId
  readonly to: SceneId
  readonly type: EdgeType
  readonly order: number
  /** The words the reader sees on a choice. */
  readonly choiceText: string
  readonly label: string
  readonly condition: Condition | null
  readonly effects: readonly Effect[]
  readonly once: boolean
  readonly returns: boolean
  /** A link made by code of an imported story; drawn dashed. */
  readonly dynamic: boolean
  readonly foreign: ForeignBag
}

export interface Branch extends RecordStamp {
  readonly id: BranchId
  readonly name: string
  readonly kind: 'timeline' | 'take' | 'proposal' | 'scratch'
  readonly parentId: BranchId | null
  /** The last shared scene; null forks before the start. */
  readonly forkSceneId: SceneId | null
  /** Story version at the fork. */
  readonly forkVersion: number
  readonly future: 'empty'
  readonly status: 'active' | 'archived' | 'merged'
  /** 1..12, a hue of the branch palette. */
  readonly colour: number
  readonly reason: string
  readonly mergedInto: BranchId | null
}

export interface Variable extends RecordStamp {
  readonly id: VariableId
  readonly name: string
  readonly kind: VariableKind
  readonly scope: 'story' | 'branch' | 'visit'
  readonly default: Value
  /** Allowed values of an enum; empty otherwise. */
  readonly options: readonly string[]
  readonly description: string
}

/** The edges by id, which also tell those that leave a scene without looking at all the others. */
export class EdgeMap extends Map<string, Edge> {
  /** By scene, then by id; made when first asked for and kept up to date from then on. */
  private leaving: Map<string, Map<string, Edge>> | undefined

  /** The edges that leave a scene, in no order. */
  from(sceneId: string): Iterable<Edge> {
    if (!this.leaving) {
      this.leaving = new Map()
      for (const edge of this.values()) this.note(edge)
    }
    return this.leaving.get(sceneId)?.values() ?? []
  }

  override set(id: string, edge: Edge): this {
    this.forget(id)
    this.note(edge)
    return super.set(id, edge)
  }

  override delete(id: string): boolean {
    this.forget(id)
    return super.delete(id)
  }

  override clear(): void {
    this.leaving = undefined
    super.clear()
  }

  private note(edge: Edge): void {
    if (!this.leaving) return
    const edges = this.leaving.get(edge.from)
    if (edges) edges.set(edge.id, edge)
    else this.leaving.set(edge.from, new Map([[edge.id, edge]]))
  }

  private forget(id: string): void {
    const edge = this.leaving && this.get(id)
    if (edge) this.leaving?.get(edge.from)?.delete(id)
  }
}

/** The story slice's part of a stream. Collections may be updated in place by `evolve`; records never are. */
export interface StoryState {
  readonly stories: Map<string, Story>
  readonly scenes: Map<string, Scene>
  readonly edges: EdgeMap
  readonly branches: Map<string, Branch>
  readonly variables: Map<string, Variable>
}

/** The story record, or undefined before `CreateStory`. */
export function storyOf(state: Pick<StoryState, 'stories'>): Story | undefined {
  return state.stories.values().next().value
}
