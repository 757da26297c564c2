import { setImmediate as nextTurn } from 'node:timers/promises'
import { estimateTokens } from '../../writer/tokens.ts'
import type { GenerateRequest, Material, RawProvider, WireEvent, WireIo } from './port.ts'

/** The name of this version of the rules; stored with everything it writes. */
export const OFFLINE_MODEL = 'outline-1'

/**
 * Writes outlines by rules from the story itself: no model, no key, no network, the same input gives the same text.
 * It quotes and orders what the story already says and leaves the writing to the person; its lines say they are notes.
 */
export function offline(): RawProvider {
  async function* stream(request: GenerateRequest, io: WireIo): AsyncGenerator<WireEvent> {
    yield { type: 'start', requestId: null, model: OFFLINE_MODEL }
    const text = outlineText(request)
    for (const piece of text.match(/[^\n]*\n*|[^\n]+$/g) ?? []) {
      // A turn of the event loop per line, so that a stop can arrive between two lines. Nothing is slowed for show.
      await nextTurn()
      if (io.signal.aborted) return
      if (piece !== '') yield { type: 'delta', text: piece }
    }
    const input = [request.system, ...request.messages.flatMap((message) => message.parts.map((part) => part.text))]
    yield {
      type: 'usage',
      usage: {
        inputUncached: input.reduce((sum, part) => sum + estimateTokens(part), 0),
        cacheRead: 0,
        cacheWrite: 0,
        output: estimateTokens(text),
        reasoning: 0,
        source: 'estimated',
      },
    }
    yield { type: 'terminal', reason: 'stop', native: 'rules' }
  }
  return {
    kind: 'offline',
    streamType: null,
    stream,
    models: () => Promise.resolve([OFFLINE_MODEL]),
    capabilities: () => ({
      contextTokens: 16_384,
      maxOutputTokens: 1024,
      temperature: false,
      jsonSchema: true,
      hostClass: 'built-in',
      opening: 'prompt',
    }),
    explain: () => null,
  }
}

function outlineText(request: GenerateRequest): string {
  const material = request.material ?? bareMaterial(request)
  return material.verb === 'branches' ? JSON.stringify(threeBranches(material), null, 2) : nextBeats(material)
}

/** Without story material (a provider test) the last message is all there is. */
function bareMaterial(request: GenerateRequest): Material {
  const last =
    request.messages
      .at(-1)
      ?.parts.map((part) => part.text)
      .join('') ?? ''
  const empty = { sceneTitle: '', instruction: '', beats: [], cast: [], earlier: [] }
  return { ...empty, verb: 'continue', sceneText: last }
}

/** The outline of what could follow, one note a line, each made from something the story holds. */
function nextBeats(material: Material): string {
  const present = presentCast(material)
  const lastLine = lastSentence(material.sceneText)
  const question = openQuestion(material)
  const notes: string[] = []
  if (lastLine) notes.push(`Pick up from: “${lastLine}”`)
  else
    notes.push(
      `Open the scene${material.sceneTitle ? ` “${material.sceneTitle}”` : ''}: where are we, and who is here?`,
    )
  if (material.instruction !== '') notes.push(`As asked: ${material.instruction}`)
  for (const beat of material.beats) notes.push(`Beat: ${beat}`)
  const [first, second] = present
  if (first) notes.push(`${first.name} acts first.${first.note ? ` Keep in mind: ${firstSentence(first.note)}` : ''}`)
  if (second) notes.push(`${second.name} answers.${second.note ? ` Keep in mind: ${firstSentence(second.note)}` : ''}`)
  if (question) notes.push(`Still open from “${question.title}”: “${question.text}”`)
  const silent = material.cast.find((member) => !present.includes(member))
  if (silent) notes.push(`${silent.name} is not here. Should word of this reach them?`)
  notes.push('End on a change: what can nobody take back after this scene?')
  return `[Outline]\n${notes.map((note) => `- ${note}`).join('\n')}\n`
}

interface BranchItem {
  readonly title: string
  readonly hook: string
  readonly choiceText: string
  readonly firstLines: string
}

/** Three ways on, as notes: act on the last line, turn away from it, bring back something from earlier. */
function threeBranches(material: Material): { branches: readonly BranchItem[] } {
  const [lead] = [...presentCast(material), ...material.cast]
  const other = material.cast.find((member) => member !== lead)
  const name = lead?.name ?? 'The scene'
  const lastLine = lastSentence(material.sceneText) || material.sceneTitle || 'the opening'
  const question = openQuestion(material)
  const wish = material.instruction === '' ? '' : ` As asked: ${material.instruction}`
  const back = question ? `the open question from “${question.title}”` : 'something left behind earlier'
  const item = (title: string, hook: string, choiceText: string, first: string): BranchItem => ({
    title,
    hook: `${hook}${wish}`,
    choiceText,
    firstLines: `[Outline]\n- Pick up from: “${lastLine}”\n- ${first}`,
  })
  return {
    branches: [
      item(
        `${name} goes on`,
        `${name} acts on what just happened, at once.`,
        'Go on',
        `${name} takes the direct way. What does it cost?`,
      ),
      item(
        `${name} turns away`,
        `${name} refuses, and ${other ? other.name : 'somebody else'} has to choose.`,
        'Turn away',
        `Show what ${name} will not do, and who sees it.`,
      ),
      item(
        question ? `Back to “${question.title}”` : 'The past comes in',
        `The scene is cut short by ${back}.`,
        'Look back',
        question ? `Answer, in part: “${question.text}”` : 'Something from an earlier scene returns. Name it.',
      ),
    ],
  }
}

function presentCast(material: Material): Material['cast'] {
  const here = material.sceneText.toLowerCase()
  return material.cast.filter((member) => here.includes(member.name.toLowerCase()))
}

/** The latest question the story asked in an earlier scene, as written there. */
function openQuestion(material: Material): { title: string; text: string } | null {
  for (const scene of material.earlier.toReversed()) {
    const text = sentences(scene.text).findLast((sentence) => sentence.includes('?'))
    if (text) return { title: scene.title, text }
  }
  return null
}

/** Sentences as the author wrote them; the notes of an earlier outline are not story. */
function sentences(text: string): string[] {
  const story = text.replace(/^(?:\[Outline\]|- .*)$/gm, '')
  return (story.match(/[^.!?…\n]+(?:[.!?…]+["”’]?|\n|$)/g) ?? []).map((sentence) => sentence.trim()).filter(Boolean)
}

function lastSentence(text: string): string {
  return sentences(text).at(-1) ?? ''
}

function firstSentence(text: string): string {
  return sentences(text)[0] ?? text
}
