/** Words of the Room: the board of proposals. */
export const room = {
  title: 'Room',
  intro: 'Suggested branches wait here until a person makes them scenes or discards them.',
  empty: 'No proposals yet',
  emptyDetail:
    'Select a scene and ask the writer for three branches. What it suggests comes here, with who asked and what it cost.',
  toGraph: 'Choose a scene on the graph',
  columns: { open: 'Open', accepted: 'Accepted', discarded: 'Discarded' },
  nothing: { open: 'Nothing waits for you.', accepted: 'Nothing accepted yet.', discarded: 'Nothing discarded.' },
  from: (scene: string) => `from “${scene}”`,
  goneScene: 'a scene that is gone',
  asked: (who: string, when: string) => `Asked by ${who}, ${when}`,
  running: (n: number) => (n === 1 ? 'One run is writing suggestions.' : `${n} runs are writing suggestions.`),
  failedRuns: 'Runs without suggestions',
  count: (n: number) => String(n),
} as const
