/** Words of the settings section about GPU workers. */
export const workers = {
  title: 'Workers',
  note: 'Storyboards are drawn by this program itself. A worker on a machine with a graphics card can take drawing jobs over the network: it needs a key and the Python program in workers/gpu.',
  name: 'Name of the new key',
  nameHint: 'For instance the machine it is for.',
  kinds: 'Kinds of jobs',
  stories: 'Stories',
  everyStory: 'Every story',
  chosenStories: 'Chosen stories',
  onlyStories: (titles: readonly string[], gone: number) => {
    const named = titles.map((title) => `“${title}”`)
    const more = gone === 0 ? [] : [gone === 1 ? 'a story that is gone' : `${gone} stories that are gone`]
    return `Only ${[...named, ...more].join(', ')}`
  },
  make: 'Make a key',
  madeTitle: (name: string) => `Key "${name}" is made`,
  made: 'This is the only time it is shown; the house keeps a fingerprint of it. Put it on the worker (workers/gpu/README.md has the set-up):',
  secret: 'The new key and how to start the worker',
  copyStart: 'Copy these lines',
  start: (origin: string, token: string) =>
    `cd workers/gpu\nexport LOOM_URL=${origin}\nexport LOOM_WORKER_TOKEN=${token}\n.venv/bin/python -m loom_gpu run`,
  hide: 'Hide the key',
  none: 'No keys yet.',
  keys: 'Worker keys',
  madeAgo: (ago: string) => `made ${ago}`,
  inUse: 'in use',
  revoked: 'revoked',
  revoke: 'Revoke',
  revokeNamed: (name: string) => `Revoke ${name}`,
  revokeTitle: (name: string) => `Revoke the key "${name}"?`,
  revokeText:
    'Workers that use it get nothing from now on, and what they hold goes back to the queue. A new key can be made at any time.',
  revokedDone: (name: string) => `The key "${name}" no longer works`,
  neverSeen: 'No worker has used this key yet.',
  live: 'connected',
  away: 'not connected',
  seen: (ago: string) => `last seen ${ago}`,
  version: (version: string) => `version ${version}`,
  memory: (gigabytes: string) => `${gigabytes} GB`,
  draws: (backends: readonly string[]) =>
    backends.length === 0 ? 'offers no backend' : `draws with ${backends.join(', ')}`,
  models: (models: readonly string[]) => (models.length === 0 ? 'no models' : `models: ${models.join(', ')}`),
  showRevoked: (count: number) => (count === 1 ? '1 revoked key' : `${count} revoked keys`),
} as const
