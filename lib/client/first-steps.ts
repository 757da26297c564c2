const KEY = 'loom.first-steps'
const START_KEY = 'loom.first-steps.start'

/** Offers the first steps in one story; the card stays until they are done or put away. */
export function offerFirstSteps(storyId: string): void {
  try {
    localStorage.setItem(KEY, storyId)
  } catch {
    // Without storage there is no card; nothing else depends on it.
  }
}

/** Whether the first steps are on offer in this story. */
export function firstStepsOffered(storyId: string): boolean {
  try {
    return localStorage.getItem(KEY) === storyId
  } catch {
    return false
  }
}

/**
 * The branches that were there when the steps began, so that a reload forgets no deed. Answers `present` and keeps it
 * at the first call.
 */
export function firstStepsStart(present: readonly string[]): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(START_KEY) ?? 'null')
    if (Array.isArray(kept)) return kept.filter((id) => typeof id === 'string')
    localStorage.setItem(START_KEY, JSON.stringify(present))
  } catch {
    // Without storage the steps begin again with each page.
  }
  return present
}

/** Puts the first steps away for good. */
export function endFirstSteps(): void {
  try {
    localStorage.removeItem(KEY)
    localStorage.removeItem(START_KEY)
  } catch {
    // It was never stored.
  }
}
