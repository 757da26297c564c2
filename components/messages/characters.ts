/** Words of the World place: characters. */
export const characters = {
  place: 'World',
  title: 'Characters',
  count: (count: number) => (count === 1 ? '1 character' : `${count} characters`),
  emptyTitle: 'Nobody lives here yet',
  empty:
    'Characters have a name, a look in plain words, and speak in the comic. The portrait is drawn by rules from those words.',
  emptyToRead: 'Nobody has added a character yet.',
  add: 'Add a character',
  newName: (number: number) => (number === 1 ? 'New character' : `New character ${number}`),
  name: 'Name',
  aliases: 'Other names',
  aliasesHelp: 'Separated by commas. Used to tell who speaks.',
  description: 'Who they are',
  build: 'Build',
  buildHelp: 'For example: tall, slim; broad and old; a child.',
  hair: 'Hair',
  hairHelp: 'For example: long dark braid; short grey, beard; curly ginger.',
  wardrobe: 'Wardrobe',
  wardrobeHelp: 'For example: madder coat and scarf; teal dress; navy jacket, cap.',
  colour: 'Main colour',
  colourHelp: 'A colour word, or a code such as #2f7472. Leave empty to follow the wardrobe.',
  marks: 'Marks',
  marksHelp: 'For example: glasses, freckles, a scar, brown skin.',
  portrait: (name: string) => `Portrait of ${name}, drawn by rules`,
  byRules: 'Drawn by rules from these words',
  inPanels: (count: number) => (count === 0 ? 'in no panel yet' : count === 1 ? 'in 1 panel' : `in ${count} panels`),
  remove: 'Delete the character',
  removeTitle: (name: string) => `Delete ${name}?`,
  removeText: (count: number) =>
    count === 0
      ? 'Undo brings them back.'
      : `${count === 1 ? '1 panel still names' : `${count} panels still name`} them; a stand-in is drawn there. Undo brings them back.`,
  saved: 'Changes are kept as you leave a field.',
} as const
