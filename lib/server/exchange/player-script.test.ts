import { createHash } from 'node:crypto'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { formatById, importFile } from '#lib/exchange/formats.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { playerScript } from './player-script.ts'

function pageOf(document: StoryDocument): string {
  const blobs = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])
  const request = { document, blobs, playerScript: playerScript() }
  return new TextDecoder().decode(formatById('play-html')?.write?.(request, fakeExchangePorts()).bytes)
}
const between = (html: string, open: string, close: string) => html.split(open)[1]?.split(close)[0] ?? ''

/** As much of an element as the page's script asks of one. */
class FakeElement {
  readonly tag: string
  textContent: string
  className = ''
  disabled = false
  children: FakeElement[] = []
  src = ''
  private readonly on = new Map<string, () => void>()
  constructor(tag: string, textContent = '') {
    this.tag = tag
    this.textContent = textContent
  }
  append(...children: FakeElement[]) {
    this.children.push(...children)
  }
  replaceChildren() {
    this.children = []
  }
  setAttribute() {}
  focus() {}
  addEventListener(type: string, run: () => void) {
    this.on.set(type, run)
  }
  click() {
    this.on.get('click')?.()
  }
  all(tag: string): FakeElement[] {
    return [...(this.tag === tag ? [this] : []), ...this.children.flatMap((child) => child.all(tag))]
  }
}

/** Runs the page where there is a document and nothing else: no storage, no network, no clock of a browser. */
function opened(html: string) {
  const [main, nav] = [new FakeElement('main'), new FakeElement('nav')]
  const data = new FakeElement('script', between(html, '<script type="application/json" id="story">', '</script>'))
  const document = {
    querySelector: (tag: string) => (tag === 'main' ? main : nav),
    getElementById: () => data,
    createElement: (tag: string) => new FakeElement(tag),
    createTextNode: (text: string) => new FakeElement('#text', text),
    addEventListener: () => undefined,
  }
  class Never {}
  const page = { document, window: { scrollTo: () => undefined }, HTMLOListElement: Never, HTMLAnchorElement: Never }
  runInContext(between(html, '<script>', '</script>'), createContext(page))
  return {
    said: (tag: string) => main.all(tag).map((element) => element.textContent),
    pictures: () => main.all('img').map((picture) => picture.src),
    press: (words: string) =>
      main
        .all('button')
        .find((button) => button.textContent === words)
        ?.click(),
  }
}

describe('the playable page', () => {
  it('[EX90] carries interpreter, text and pictures, and plays where there is neither storage nor network', () => {
    const whole = wholeStory()
    const page = opened(pageOf(whole))
    expect(page.said('h2')).toEqual(['Shore'])
    const picture = `data:image/png;base64,${HOSTILE_PICTURE.toString('base64')}`
    expect(page.pictures()).toEqual([picture, picture])
    page.press('go')
    expect(page.said('h2')).toEqual(['Boat'])
    expect(page.said('#text')).toEqual(['Salt.'])
  })

  it('[EX90] allows nothing from outside: the policy lets in its own script and style and the pictures inside', () => {
    const html = pageOf(wholeStory())
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const own = (open: string, close: string) => hash(between(html, open, close))
    expect(between(html, 'Content-Security-Policy" content="', '"').split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${own('<script>', '</script>')}`,
      `style-src ${own('<style>', '</style>')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    expect(html).not.toMatch(/<[^>]*\s(?:src|href)=/)
  })

  it('[EX90] shows open choices only', () => {
    const source = '# Gate\n\n## Yard\n\nA wall.\n\n[Look](/yard#key)\n\n[Open it](/road?key)\n\n## Road\n\nDust.\n'
    const read = importFile({ fileName: 'gate.md', bytes: new TextEncoder().encode(source) }, fakeExchangePorts())
    if (!read.ok) throw new Error(read.error.message)
    const page = opened(pageOf(read.value.document))
    expect(page.said('button')).toEqual(['Look'])
    page.press('Look')
    expect(page.said('button')).toEqual(['Look', 'Open it'])
    page.press('Open it')
    expect(page.said('h2')).toEqual(['Road'])
    expect(page.said('button')).toEqual([])
  })
})
