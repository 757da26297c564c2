/** Limits of the story inside a file (story.md 8.1); those of the file itself are in lib/kernel/limits.ts. Rule EX4. */
export const LIMITS = {
  jsonDepth: 64,
  scenes: 20_000,
  edges: 60_000,
  sceneChars: 1_000_000,
  titleChars: 200,
  choiceChars: 200,
  tagChars: 60,
  tagsPerScene: 40,
  reportEntries: 1000,
} as const

/** How deep brackets nest in JSON text, counted without parsing, so that a hostile file cannot exhaust the stack. */
export function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 92) i++
      else if (code === 34) inString = false
    } else if (code === 34) inString = true
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}
