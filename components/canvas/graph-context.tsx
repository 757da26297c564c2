'use client'
import { createContext, useContext } from 'react'
import type { CanvasModel } from './canvas-model.ts'
import type { GraphActions } from './use-graph-actions.ts'

/** Moves the view of the canvas; the outline and the details answer with the same verbs. */
export interface CanvasCamera {
  /** Middle of the view in canvas px. */
  readonly centre: () => { x: number; y: number }
  /** Brings a scene into view when it is outside, or always with `centred`. */
  readonly reveal: (sceneId: string, centred?: boolean) => void
  /** Fits the given scenes, or everything. */
  readonly fit: (ids?: readonly string[]) => void
  /** The first view: the whole story if its titles can be read then, else the scene, near enough to read. */
  readonly open: (sceneId: string) => void
  readonly zoomBy: (factor: number) => void
  readonly actualSize: () => void
}

/** The dialogs of the graph, opened by whoever asks and shown once. */
export interface GraphDialogs {
  readonly remove: (sceneIds: readonly string[], edgeIds: readonly string[]) => void
  readonly fork: (sceneId: string) => void
  /** Picks the target of a new edge. */
  readonly link: (fromId: string) => void
}

/** What every piece of the graph place shares. */
export interface GraphContextValue {
  readonly model: CanvasModel
  readonly actions: GraphActions
  readonly dialogs: GraphDialogs
  readonly camera: CanvasCamera
  /** Whether this person may change the graph. */
  readonly mayWrite: boolean
  /** Scene whose title is being typed. */
  readonly editingId: string | null
  readonly edit: (sceneId: string | null) => void
  /** Scene that has, or last had, the keyboard. */
  readonly focusId: string | null
  readonly focus: (sceneId: string | null) => void
  /** Opens a scene's prose. */
  readonly open: (sceneId: string) => void
}

export const GraphContext = createContext<GraphContextValue | null>(null)

/** The graph place's shared things. Throws outside of it: a programming error. */
export function useGraph(): GraphContextValue {
  const value = useContext(GraphContext)
  if (!value) throw new Error('a piece of the graph stands outside the graph place')
  return value
}
