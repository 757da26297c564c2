import type { DocumentEdge, DocumentScene } from './story-document.ts'

const COLUMN = 300
const ROW = 150
/** Scenes per column before a layer goes on in the next one. */
const TALLEST = 24

/**
 * Gives scenes without a position one (EX30): layers by distance from the start, left to right, integer px, in the
 * order of the file within a layer. Scenes that have positions keep them; the others then stand below.
 */
export function placeScenes(
  scenes: readonly DocumentScene[],
  edges: readonly DocumentEdge[],
  start: string | null,
  unplaced: ReadonlySet<string>,
): DocumentScene[] {
  if (unplaced.size === 0) return [...scenes]
  const layers = layersFrom(scenes, edges, start)
  const placed = scenes.filter((scene) => !unplaced.has(scene.id))
  const left = placed.length > 0 ? Math.min(...placed.map((scene) => scene.x)) : 0
  const top = placed.length > 0 ? Math.max(...placed.map((scene) => scene.y + scene.height)) + ROW : 0
  const spots = new Map<string, { x: number; y: number }>()
  let column = 0
  for (const layer of layers) {
    const here = layer.filter((id) => unplaced.has(id))
    here.forEach((id, i) => {
      spots.set(id, { x: left + (column + Math.floor(i / TALLEST)) * COLUMN, y: top + (i % TALLEST) * ROW })
    })
    if (here.length > 0) column += Math.ceil(here.length / TALLEST)
  }
  return scenes.map((scene) => {
    const spot = spots.get(scene.id)
    return spot ? { ...scene, x: clamp(spot.x), y: clamp(spot.y) } : scene
  })
}

function clamp(value: number): number {
  return Math.max(-1_000_000, Math.min(1_000_000, Math.round(value)))
}

function layersFrom(
  scenes: readonly DocumentScene[],
  edges: readonly DocumentEdge[],
  start: string | null,
): string[][] {
  const out = new Map<string, string[]>()
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge.to])
  const seen = new Set<string>()
  const layers: string[][] = []
  const order = scenes.map((scene) => scene.id as string)
  const roots = start && order.includes(start) ? [start, ...order] : order
  for (const root of roots) {
    if (seen.has(root)) continue
    seen.add(root)
    let layer = [root]
    for (let depth = 0; layer.length > 0; depth++) {
      ;(layers[depth] ??= []).push(...layer)
      const next: string[] = []
      for (const id of layer) {
        for (const to of out.get(id) ?? []) {
          if (!seen.has(to)) {
            seen.add(to)
            next.push(to)
          }
        }
      }
      layer = next
    }
  }
  return layers
}
