import { z } from 'zod'
import { panelId, panelVersionId, sceneId } from '#lib/kernel/ids.ts'
import { sha256 } from './job.ts'

/**
 * The job kind `render_panel`: one picture for one panel. Shared with the Python worker through the generated contract;
 * the recipe stored with the version is built from this input and the backend's echo.
 */
export const RENDER_PANEL = 'render_panel'

/** Backends that draw by rules, here and in workers/gpu; what they draw is never called generated art. */
export const RULE_BACKENDS: readonly string[] = ['storyboard', 'procedural', 'fake']

export const renderPanelInput = z.object({
  panelId,
  sceneId,
  /** Id of the version this job adds; fixed at enqueue so that the story changes once. */
  versionId: panelVersionId,
  /** Version it departs from, null for the first. */
  parentVersionId: panelVersionId.nullable(),
  reason: z.enum(['first', 'redraw', 'vary-seed']),
  backend: z.string().min(1).max(60),
  widthPx: z.int().min(64).max(4096),
  heightPx: z.int().min(64).max(4096),
  /** Unsigned 32-bit seed of everything random in the drawing. */
  seed: z.int().min(0).max(4_294_967_295),
  /** Storyboard drawing that guides the picture, as a PNG blob of the panel's size. */
  control: z.object({
    sha256,
    kind: z.literal('storyboard'),
    /** Version of the drawing rules that made it. */
    drawingVersion: z.string().max(40),
    /** Hash of the blueprint it was drawn from. */
    blueprintHash: z.string().max(80),
  }),
  /** What the picture shows, in words compiled by rules; backends without text understanding ignore it. */
  prompt: z.string().max(4000),
  promptVersion: z.string().max(40),
  palette: z.enum(['ink', 'tone', 'colour']),
})
export type RenderPanelInput = z.infer<typeof renderPanelInput>

/** What a backend says it did; stored beside the picture. Nothing in it is guessed. */
export const recipeEcho = z.object({
  backend: z.string().min(1).max(60),
  backendVersion: z.string().max(40),
  /** Software that matters for the bytes, e.g. {"python": "3.11.7"}. */
  software: z.record(z.string().max(40), z.string().max(80)),
  device: z.string().max(80),
  seed: z.int().min(0).max(4_294_967_295),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  /** Whether the same recipe gives the same picture: here, nearly elsewhere, or not at all. */
  reproducible: z.enum(['exact', 'close', 'no']),
})

export const jobOutput = z.object({
  role: z.enum(['image', 'thumbnail']),
  sha256,
  mime: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  width: z.int().min(1).max(8192),
  height: z.int().min(1).max(8192),
})
export type JobOutput = z.infer<typeof jobOutput>

export const renderPanelResult = z.object({
  outputs: z.array(jobOutput).min(1).max(4),
  recipeEcho,
})
