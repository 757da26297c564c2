const SIGNS = { eq: 'is', ne: 'is not', lt: 'is below', le: 'is at most', gt: 'is above', ge: 'is at least' } as const

/** Words of play and reading. */
export const play = {
  back: 'Back',
  restart: 'Start again',
  fromHere: 'Play from here',
  fromStart: 'Play from the start',
  choices: 'What happens next',
  byLot: 'Choose for me',
  continueTo: (title: string) => (title === '' ? 'Continue' : `Continue to “${title}”`),
  returnTo: (title: string) => `Return to “${title}”`,
  untitled: 'Untitled scene',
  empty: 'This scene has no text yet.',
  ending: 'The end',
  deadEnd: 'Nothing leads on from here, and it is not marked as an ending.',
  locked: 'All ways on are locked.',
  lockedChoice: 'Locked',
  lockedWhy: 'Why it is locked',
  edited: (n: number) =>
    n === 1
      ? 'The story was edited: your last move no longer fits and was taken back.'
      : `The story was edited: your last ${n} moves no longer fit and were taken back.`,
  longest: (n: number) =>
    `This play-through has ${n.toLocaleString('en')} moves and takes no more. Go back or start again.`,
  noStart: 'The story has no start yet',
  noStartDetail: 'Mark a scene as the start on the graph, or select one and play from there.',
  toGraph: 'To the graph',
  selected: 'Play from the selected scene',
  step: (n: number) => `Step ${n + 1}`,
  variables: 'Variables',
  noVariables: 'This story has no variables.',
  variable: 'Variable',
  before: 'Before',
  now: 'Now',
  unset: 'not set',
  yes: 'yes',
  no: 'no',
  setTo: (name: string) => `Value of ${name}`,
  transcript: 'Transcript',
  copyTranscript: 'Copy the transcript',
  copied: 'The transcript is copied.',
  copyFailed: 'The browser did not let the transcript be copied.',
  textFailed: 'The text of this scene could not be loaded.',
  retry: 'Try again',
  panelAlt: (n: number) => `Panel ${n}`,
  unmet: {
    compare: (name: string, by: keyof typeof SIGNS, wanted: string, has: string) =>
      `Needs that ${name} ${SIGNS[by]} ${wanted}; it is ${has}.`,
    has: (name: string, wanted: string) => `Needs ${wanted} in ${name}.`,
    visited: (title: string, atLeast: number, times: number) =>
      `Needs ${atLeast === 1 ? 'a visit' : `${atLeast} visits`} to “${title}”; there ${times === 1 ? 'was one' : `were ${times}`}.`,
    not: 'Closed by a condition that must not hold.',
    once: 'Can be taken once only, and was.',
  },
  read: {
    contents: 'Contents',
    empty: 'Nothing to read yet',
    emptyDetail: 'Scenes of this branch appear here in reading order.',
    toWrite: 'To the manuscript',
    words: (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'word' : 'words'}`,
    playHere: 'Play from here',
    start: 'Start of the story',
  },
} as const
