import { previewSeed, staleOf } from './comic.ts'
import type { PlacedPanel } from './comic.ts'
import type { PanelVersion } from './panel.ts'

/** What besides the seed decides how a picture comes out; names as in recipes. */
interface RecipeInputs {
  readonly backend: string
  readonly blueprintHash: string
  readonly prompt: string
}

/** Versions that differ from a new picture in nothing but the seed. */
export function sameRecipe(versions: readonly PanelVersion[], inputs: RecipeInputs): PanelVersion[] {
  const names = Object.keys(inputs) as (keyof RecipeInputs)[]
  return versions.filter(({ recipe }) => names.every((name) => recipe[name] === inputs[name]))
}

/**
 * The seed of a new picture (PA33). A panel that changed keeps the seed of the picture it shows, so that only the change
 * is seen; one that did not change, or asks for another seed, gets the next one no picture of this recipe (`same`) has.
 */
export function nextSeed(
  panelId: string,
  same: readonly PanelVersion[],
  shown: PanelVersion | null,
  vary: boolean,
): number {
  const used = new Set(same.map(({ recipe }) => recipe['seed']))
  const kept = shown?.recipe['seed']
  let seed = (typeof kept === 'number' ? kept : previewSeed(panelId)) + (vary ? 1 : 0)
  while (used.has(seed >>> 0)) seed++
  return seed >>> 0
}

/** Whether a panel has no picture by this backend that fits it: what "draw all" draws. */
export function needsDrawing(placed: PlacedPanel, shown: PanelVersion | null, backend: string): boolean {
  return shown === null || shown.recipe['backend'] !== backend || staleOf(shown, placed.blueprint).length > 0
}
