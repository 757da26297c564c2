/** Words of the settings page. */
export const settings = {
  title: 'Settings',
  lead: 'Yours in this browser, unless a section says otherwise.',
  sections: 'Sections',
  appearance: {
    title: 'Appearance',
    theme: 'Theme',
    light: 'Light',
    dark: 'Dark',
    system: 'As the system',
  },
  writing: {
    title: 'Writing and reading',
    size: 'Size of prose, px',
    measure: 'Characters in a line',
    font: 'Letters of prose',
    serif: 'Serif (Literata)',
    sans: 'Sans (Inter)',
    spellcheck: 'Spell check',
    spellcheckNote: 'Uses the dictionaries of your browser.',
    sample: 'Sample',
    sampleText:
      'The ferry had left without her, and the tide was already writing over its wake. She counted the lamps on the far shore, lost the count at nine, and began again from the other end.',
    reset: 'Back to the house style',
  },
  about: {
    title: 'About',
    version: 'Version',
    server: 'Server',
    ready: 'Ready: databases, disk and every part answer',
    notReady: (parts: string) => `Not ready: ${parts}`,
    check: 'Check again',
    fonts: 'Set in Literata, Inter and JetBrains Mono, all under the SIL Open Font License.',
    api: 'Description of the API',
  },
} as const
