import { LINK_REL, linkAllowed } from '#lib/kernel/links.ts'
import { play, playStory, startPlay, stepBack } from '#lib/story/play.ts'
import type { PlayOption, PlaySource, PlayState, PlayStory } from '#lib/story/play.ts'

// The script of the playable HTML page. lib/server/exchange inlines it with the interpreter, so it may import only what
// is inlined too. Text reaches the page as text nodes, never as markup.

interface PageBlock {
  readonly type: string
  readonly attrs?: { readonly level?: number; readonly start?: number }
  readonly text?: string
  readonly marks?: readonly { readonly type: string; readonly attrs?: { readonly href?: string } }[]
  readonly content?: readonly PageBlock[]
}
interface PageScene {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly prose: readonly PageBlock[]
  readonly panels: readonly {
    readonly image: string
    readonly alt: string
    readonly width: number
    readonly height: number
    readonly letters: string | null
  }[]
}
interface PageData extends Omit<PlaySource, 'scenes'> {
  readonly scenes: readonly PageScene[]
  readonly images: Readonly<Record<string, string>>
  readonly words: Readonly<Record<string, string>>
}

const PAGE_TAGS: Readonly<Record<string, string>> = {
  paragraph: 'p',
  blockquote: 'blockquote',
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  horizontalRule: 'hr',
  hardBreak: 'br',
  codeBlock: 'pre',
}
const PAGE_MARKS: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  strike: 's',
  underline: 'u',
  code: 'code',
}

/** Starts the page: reads its data block and draws the first scene. */
function startPage(): void {
  const main = document.querySelector('main')
  const nav = document.querySelector('nav')
  const block = document.getElementById('story')
  if (!main || !nav || !block) return
  const data = JSON.parse(block.textContent) as PageData
  const story = playStory(data)
  const scenes = new Map(data.scenes.map((scene) => [scene.id, scene]))
  const first = data.startSceneId === null ? null : startPlay(story, data.startSceneId)
  if (!first) {
    main.append(pageElement('p', data.words['noStart'] ?? ''))
    return
  }
  let state = first
  const back = pageButton(data.words['back'] ?? '', () => show(stepBack(story, state), true))
  const restart = pageButton(data.words['restart'] ?? '', () => show(first, true))
  nav.append(back, restart)
  const show = (next: PlayState, moved: boolean): void => {
    state = next
    back.disabled = restart.disabled = state.record.moves.length === 0
    drawScene(main, data, scenes.get(state.sceneId), story, state, (option) => {
      show(
        play(story, state, option.edgeId === null ? { kind: 'return' } : { kind: 'take', edgeId: option.edgeId }),
        true,
      )
    })
    if (moved) {
      window.scrollTo(0, 0)
      main.focus()
    }
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key >= '1' && event.key <= '9')
      main.querySelectorAll<HTMLButtonElement>('.choices button')[Number(event.key) - 1]?.click()
    else if (event.key === 'Backspace' && !back.disabled) back.click()
    else return
    event.preventDefault()
  })
  show(first, false)
}

function drawScene(
  main: HTMLElement,
  data: PageData,
  scene: PageScene | undefined,
  story: PlayStory,
  state: PlayState,
  onTake: (option: PlayOption) => void,
): void {
  main.replaceChildren()
  if (!scene) return
  if (scene.title !== '') main.append(pageElement('h2', scene.title))
  if (scene.panels.length > 0) main.append(drawPanels(data, scene))
  for (const block of scene.prose) main.append(drawBlock(block))
  // Readers see open ways only; why another is closed is the author's business.
  const open = state.options.filter((option) => option.available)
  if (open.length === 0) {
    main.append(pageElement('p', (state.end === 'locked' ? data.words['deadEnd'] : data.words['theEnd']) ?? '', 'end'))
    return
  }
  const list = pageElement('ul', '', 'choices')
  list.setAttribute('aria-label', data.words['choices'] ?? '')
  for (const option of open) {
    const item = document.createElement('li')
    item.append(pageButton(optionWords(data, story, option, open.length), () => onTake(option)))
    list.append(item)
  }
  main.append(list)
}

function optionWords(data: PageData, story: PlayStory, option: PlayOption, count: number): string {
  const title = story.scenes.get(option.to)?.title ?? ''
  if (option.kind === 'return') return `${data.words['returnTo'] ?? ''} ${title}`.trim()
  // A lone way on whose words are only the next title needs no spoiler.
  if (option.kind === 'continue' && count === 1 && option.text === title) return data.words['continueTo'] ?? ''
  return option.text === '' ? (data.words['continueTo'] ?? '') : option.text
}

function drawPanels(data: PageData, scene: PageScene): HTMLElement {
  const box = pageElement('div', '', 'panels')
  for (const panel of scene.panels) {
    const picture = document.createElement('img')
    picture.src = data.images[panel.image] ?? ''
    picture.alt = panel.alt
    picture.width = panel.width
    picture.height = panel.height
    const figure = document.createElement('figure')
    figure.append(picture)
    if (panel.letters !== null) {
      const letters = document.createElement('img')
      letters.src = data.images[panel.letters] ?? ''
      letters.alt = ''
      letters.className = 'letters'
      figure.append(letters)
    }
    box.append(figure)
  }
  return box
}

function drawBlock(block: PageBlock): Node {
  if (block.type === 'text') return drawText(block)
  const level = Math.min(6, (block.attrs?.level ?? 1) + 2)
  const element = document.createElement(block.type === 'heading' ? `h${level}` : (PAGE_TAGS[block.type] ?? 'div'))
  if (element instanceof HTMLOListElement && block.attrs?.start !== undefined) element.start = block.attrs.start
  for (const child of block.content ?? []) element.append(drawBlock(child))
  return element
}

function drawText(block: PageBlock): Node {
  let node: Node = document.createTextNode(block.text ?? '')
  for (const mark of block.marks ?? []) {
    const href = mark.type === 'link' ? (mark.attrs?.href ?? '') : ''
    const tag = mark.type === 'link' ? (linkAllowed(href) ? 'a' : 'span') : (PAGE_MARKS[mark.type] ?? 'span')
    const element = document.createElement(tag)
    if (element instanceof HTMLAnchorElement) {
      element.href = href
      element.rel = LINK_REL
      element.target = '_blank'
      element.addEventListener('click', askBeforeLeaving)
      element.addEventListener('auxclick', askBeforeLeaving)
    }
    element.append(node)
    node = element
  }
  return node
}

/** Asks before a link leaves the story, with the whole address to read. */
function askBeforeLeaving(event: Event): void {
  const link = event.currentTarget
  const data = document.getElementById('story')
  if (!(link instanceof HTMLAnchorElement) || !data) return
  event.preventDefault()
  const { words } = JSON.parse(data.textContent) as PageData
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', words['leaving'] ?? '')
  const onward = document.createElement('a')
  onward.href = link.href
  onward.rel = link.rel
  onward.target = '_blank'
  onward.textContent = words['openLink'] ?? ''
  onward.addEventListener('click', () => dialog.close())
  const stay = pageButton(words['stay'] ?? '', () => dialog.close())
  dialog.append(pageElement('p', words['leaving'] ?? ''), pageElement('p', link.href, 'address'), stay, onward)
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

function pageElement(tag: string, text: string, className = ''): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = text
  if (className !== '') element.className = className
  return element
}

function pageButton(words: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = words
  button.addEventListener('click', onClick)
  return button
}

startPage()
