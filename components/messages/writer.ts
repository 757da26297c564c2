import type { FinishReason } from '#lib/writer/generation.ts'
import type { PackLayer } from '#lib/writer/pack.ts'
import type { ProviderTest } from '#lib/writer/run.ts'

const ENDINGS: Readonly<Record<FinishReason, string>> = {
  stop: 'Complete',
  length: 'Incomplete: the length limit was reached',
  refusal: 'Refused by the model',
  filtered: 'Incomplete: filtered by the provider',
  tool: 'Incomplete: the model asked for a tool',
  context_overflow: 'The text was too long for the model',
  aborted: 'Incomplete: stopped by you',
  truncated: 'Incomplete: the stream broke off',
  error: 'Failed',
}

const LAYERS: Readonly<Record<PackLayer, string>> = {
  system: 'Rules',
  codex: 'Codex, always on',
  summary: 'Earlier scenes in short',
  recent: 'Recent scenes, whole',
  found: 'Found passages',
  mentioned: 'Codex, mentioned',
  instruction: 'What is asked',
}

const count = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** Words of the writer: dock tab, pending block, context drawer, settings. */
export const writer = {
  title: 'Writer',
  chooseScene: 'Choose a scene',
  chooseSceneDetail: 'The writer works on one scene. Select it on the graph or open it to write.',
  provider: 'Provider',
  offlineName: 'Offline outlines (by rules)',
  providerNames: {
    offline: 'Offline outlines (by rules)',
    'openai-compatible': 'OpenAI-compatible server',
    anthropic: 'Anthropic',
    ollama: 'Ollama',
  },
  offlineNote:
    'outline-1 is a set of rules, not a model. It orders what the story already says into notes; the writing stays with you.',
  noModel: 'No model is connected, so only offline outlines are at hand.',
  connect: 'Connect a model',
  leaves: {
    'built-in': 'Nothing leaves this machine.',
    local: 'Sent to your own server.',
    cloud: 'Sent to the provider’s servers.',
  },
  instruction: 'Instruction',
  instructionPlaceholder: 'What should happen, or how it should sound. May stay empty.',
  words: 'Words',
  continueScene: 'Continue the scene',
  suggestBranches: 'Suggest three branches',
  showContext: 'Show context',
  stop: 'Stop',
  accept: 'Accept',
  editFirst: 'Edit first',
  takeEdited: 'Accept edited text',
  cancelEdit: 'Back',
  discard: 'Discard',
  again: 'Again',
  writing: 'Writing',
  waiting: 'Waiting for the first words',
  pendingTitle: 'Pending text, not in the scene yet',
  suggestionsUnderWay: (letters: number) =>
    `Three branches are being written: ${letters.toLocaleString('en')} characters so far.`,
  ending: (reason: FinishReason) => ENDINGS[reason],
  interrupted: 'Incomplete: interrupted',
  taken: 'The text is in the scene.',
  notInserted: 'The text could not be put into the scene. It is still under Earlier runs.',
  inText: 'The draft stands in the text, waiting for you.',
  failed: 'That did not work',
  earlier: 'Earlier runs',
  noRuns: 'No runs in this scene yet.',
  verbs: { continue: 'Continue', branches: 'Three branches' },
  verdicts: { pending: 'Undecided', accepted: 'Accepted', edited: 'Accepted, edited', discarded: 'Discarded' },
  tokens: (read: number, written: number, estimated: boolean) =>
    `${estimated ? 'about ' : ''}${read.toLocaleString('en')} read, ${written.toLocaleString('en')} written`,
  cost: (micros: number | null) =>
    micros === null ? 'cost unknown' : micros === 0 ? 'no cost' : `$${(micros / 1e6).toFixed(4)}`,
  kept: (n: number) => count(n, 'word kept', 'words kept'),
  context: {
    title: 'Context',
    before: 'Exactly what would be sent now.',
    after: 'Exactly what was sent.',
    tokens: (n: number) => `about ${count(n, 'token', 'tokens')}`,
    budget: (used: number, of: number) => `About ${used.toLocaleString('en')} of ${of.toLocaleString('en')} tokens`,
    layer: (layer: PackLayer) => LAYERS[layer],
    skipped: 'Left out',
    leaveOut: (title: string) => `Leave out once: ${title}`,
    putBack: (title: string) => `Put back: ${title}`,
    version: (version: string) => `version ${version.slice(0, 8)}`,
    search: (mode: string, n: number) => `Search: ${mode}, ${count(n, 'passage', 'passages')} on this path`,
    noSearch: 'Search: not available',
    hash: (hash: string) => `Pack ${hash.slice(0, 12)}`,
    untitled: 'Untitled',
    close: 'Close',
  },
  suggestion: {
    accept: 'Make it a scene',
    newBranch: 'On a new branch',
    discard: 'Discard',
    reopen: 'Open again',
    go: 'Go to the scene',
    choice: 'Choice',
    states: { open: 'Open', accepted: 'Accepted', discarded: 'Discarded' },
    made: (title: string) => `“${title}” is a scene now.`,
    batch: (title: string) => `Accept suggestion “${title}”`,
    refused: (kind: string) => `The story refused it (${kind}).`,
    byRules: 'by rules',
  },
  settings: {
    title: 'Writer',
    note: 'Text is sent only to the provider you start a run with. Keys are stored encrypted and never shown again.',
    ready: 'Ready',
    off: 'Off',
    notReady: 'Not ready',
    enabled: 'Use this provider',
    baseUrl: 'Address',
    baseUrlNotes: {
      offline: '',
      'openai-compatible': 'Including /v1. llama.cpp, vLLM, LM Studio, OpenRouter and others speak this.',
      anthropic: 'Without /v1.',
      ollama: 'Where Ollama listens, usually port 11434.',
    },
    model: 'Model',
    key: 'Key',
    keySet: (last4: string) => `A key ending in ${last4} is set. Leave empty to keep it.`,
    keyNone: 'No key is set.',
    removeKey: 'Remove key',
    save: 'Save',
    saved: 'Saved.',
    test: 'Test with a real call',
    testOk: (model: string, ms: number) => `${model} answered in ${(ms / 1000).toFixed(1)} s.`,
    saveAndTest: 'Save and test',
    testFailed: ({ problem, detail, model, models }: ProviderTest) => {
      switch (problem) {
        case 'unreachable':
          return `${detail} Is the server running, and is the address right?`
        case 'address':
          return `Something answers there, but not as this provider does: ${detail}`
        case 'key':
          return `${detail} Check the key, or set a new one.`
        case 'model':
          if (model === '') return 'It answers. Choose one of its models, then test again.'
          return `It answers, but does not know the model “${model}”.${models.length > 0 ? ' Choose one it offers.' : ''}`
        default:
          return `It did not answer: ${detail}`
      }
    },
    models: 'Models there',
    moreModels: (n: number) => `and ${n.toLocaleString('en')} more`,
  },
  usage: {
    title: 'Usage of the writer',
    empty: 'No calls yet. Each call to a provider leaves one row here.',
    totals: 'Totals by provider and model',
    calls: 'Latest calls',
    label: 'Provider and model',
    count: 'Calls',
    input: 'Tokens read',
    output: 'Tokens written',
    cost: 'Cost',
    unknown: (n: number) => `${count(n, 'call', 'calls')} at unknown cost`,
    when: 'When',
    purpose: 'For',
    ending: 'Ended',
    time: 'Time',
    purposes: { continue: 'continue', branches: 'branches', repair: 'repair', test: 'test' } as Readonly<
      Record<string, string>
    >,
    seconds: (ms: number) => `${(ms / 1000).toFixed(1)} s`,
    estimated: 'about',
  },
} as const
