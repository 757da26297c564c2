/** Words of the history panel. `what` names an event type as people say it. */
const what: Readonly<Record<string, string>> = {
  StoryCreated: 'started the story',
  StoryChanged: 'changed the story',
  SceneCreated: 'made a scene',
  SceneChanged: 'edited a scene',
  SceneDeleted: 'deleted a scene',
  ScenesMoved: 'moved scenes',
  ProseCheckpointed: 'wrote',
  ScenesLinked: 'linked scenes',
  EdgeChanged: 'changed an edge',
  ScenesUnlinked: 'unlinked scenes',
  BranchCreated: 'made a branch',
  BranchChanged: 'changed a branch',
  VariableDefined: 'defined a variable',
  VariableChanged: 'changed a variable',
  VariableDeleted: 'deleted a variable',
  CharacterCreated: 'added a character',
  CharacterChanged: 'changed a character',
  CharacterDeleted: 'deleted a character',
  PanelAdded: 'added panels',
  PanelChanged: 'changed a panel',
  PanelDeleted: 'deleted panels',
  PanelVersionRecorded: 'drew a panel',
}

export const history = {
  emptyTitle: 'Nothing has happened yet',
  empty: 'Each change to the story appears here, with who made it and when.',
  did: (types: readonly string[]) => {
    // Drawing chooses the new picture; a reader sees one thing, not two.
    const told = types.includes('PanelVersionRecorded') ? types.filter((type) => type !== 'PanelChanged') : types
    const known = told.flatMap((type) => what[type] ?? [])
    return known.length > 0 ? [...new Set(known)].slice(0, 2).join(' and ') : 'changed the story'
  },
  system: 'The Loom',
  agent: (name: string) => `${name} (agent)`,
  times: (count: number) => `${count.toLocaleString('en')} times`,
  versions: (from: number, to: number) =>
    from === to
      ? `Version ${to.toLocaleString('en')}`
      : `Versions ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`,
  undone: 'Undone',
  more: 'Show earlier changes',
  list: 'Changes, newest first',
  show: (title: string) => `Show ${title}`,
  untitled: 'an untitled scene',
} as const
