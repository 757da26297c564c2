/**
 * The house colours for code that draws (canvas, minimap, exports). CSS uses the variables of app/globals.css;
 * tokens.test.ts keeps both equal and checks their contrast.
 */
export interface Ground {
  paper: string
  raised: string
  sunken: string
  hover: string
  ink: string
  inkSoft: string
  inkFaint: string
  line: string
  control: string
  madder: string
  onMadder: string
  wash: string
  ok: string
  warn: string
  danger: string
  info: string
}

export const LIGHT: Ground = {
  paper: '#faf7f0',
  raised: '#fffdf8',
  sunken: '#f3eee3',
  hover: '#ece5d6',
  ink: '#1e1b18',
  inkSoft: '#5b544b',
  inkFaint: '#6b6257',
  line: '#e0d8c8',
  control: '#8c8271',
  madder: '#8c2f2b',
  onMadder: '#fffdf8',
  wash: '#f1e0da',
  ok: '#2e6a4a',
  warn: '#855600',
  danger: '#b3261e',
  info: '#2b5c86',
}

export const DARK: Ground = {
  paper: '#16181b',
  raised: '#1d2024',
  sunken: '#111315',
  hover: '#282c31',
  ink: '#e9e4da',
  inkSoft: '#b3aca0',
  inkFaint: '#9a9388',
  line: '#2d3136',
  control: '#757067',
  madder: '#e08a7d',
  onMadder: '#16181b',
  wash: '#33231f',
  ok: '#7fbf9a',
  warn: '#d9a441',
  danger: '#f08a80',
  info: '#8db8de',
}

export interface BranchHue {
  name: string
  hex: string
  /** SVG dash array of the line, so that colour is never the only sign. Empty = solid. */
  dash: string
}

/** The twelve branch hues, index 0 = colour 1. Neighbours are far apart; each holds 3:1 on paper and on night. */
export const BRANCH_HUES: readonly BranchHue[] = [
  { name: 'Brick', hex: '#b5483f', dash: '' },
  { name: 'Cerulean', hex: '#2a7fb4', dash: '10 4' },
  { name: 'Ochre', hex: '#a86e08', dash: '2 4' },
  { name: 'Viridian', hex: '#1f8a63', dash: '14 4 2 4' },
  { name: 'Violet', hex: '#8160cb', dash: '6 3' },
  { name: 'Vermilion', hex: '#c2551f', dash: '18 4' },
  { name: 'Teal', hex: '#14868a', dash: '2 3 8 3' },
  { name: 'Rose', hex: '#c04673', dash: '4 2' },
  { name: 'Sap green', hex: '#4f8732', dash: '12 3 4 3' },
  { name: 'Ultramarine', hex: '#4f6fd0', dash: '1 3' },
  { name: 'Olive', hex: '#7e7b17', dash: '8 2 2 2 2 2' },
  { name: 'Mulberry', hex: '#a9529f', dash: '20 3 3 3' },
]

/** Hue of a branch colour 1..12; anything else wraps round, so an unknown number still draws. */
export function branchHue(colour: number): BranchHue {
  const index = (((Math.trunc(colour) - 1) % BRANCH_HUES.length) + BRANCH_HUES.length) % BRANCH_HUES.length
  // The index is within 0..11 by the line above.
  return BRANCH_HUES[index] as BranchHue
}

/** CSS colour of a branch colour 1..12, as `var(--branch-n)`. */
export function branchVar(colour: number): string {
  return `var(--branch-${BRANCH_HUES.indexOf(branchHue(colour)) + 1})`
}
