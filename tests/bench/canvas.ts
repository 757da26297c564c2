import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { build } from 'vite'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import { findChromium } from '../../scripts/chromium.mjs'
import { startApp } from '../e2e/support/app.ts'
import { fillStory } from '../support/fill-story.ts'
import type { BenchLine } from './line.ts'

// The graph place in the real app beside React Flow as its documentation starts, with the same seeded graph, in the
// same browser. Frames are not held to the screen's rate, so a frame's time is its work.
const SEED = 5
const SIZES = [1000, 5000] as const
/** Each is one opening and two pans of ours, then the same of the reference. */
const ROUNDS = 3
const FRAMES = 120
const OWNER = { name: 'Ada Weaver', login: 'ada', password: 'seven looms in the attic' }

interface Measured {
  /** Navigation start to the story drawn, ms. */
  readonly openMs: number
  /** 95th percentile of a frame while panning at reading size, and from afar, ms. */
  readonly nearPanMs: number
  readonly farPanMs: number
}

/** Open time and pan frames at 1,000 and 5,000 scenes. Needs the built app and a Chromium; without one it says so. */
export async function canvasLines(): Promise<readonly BenchLine[]> {
  const executablePath = findChromium()
  if (!executablePath) return [missing('no Chromium found')]
  const app = await startApp()
  const vanilla = await serveVanilla()
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-frame-rate-limit',
      '--disable-gpu-vsync',
    ],
  })
  try {
    const context = await browser.newContext({ viewport: { width: 1366, height: 850 } })
    const token = app.setupLink()?.split('#')[1]
    await context.request.post(`${app.url}/api/setup`, { headers: { origin: app.url }, data: { token, ...OWNER } })
    const lines: BenchLine[] = []
    for (const scenes of SIZES) {
      const storyId = await fillStory(context.request, app.url, { seed: SEED, scenes })
      const state = await context.storageState()
      vanilla.show(scenes)
      // By turns, so that whatever else the machine does falls on both alike.
      const ours: Measured[] = []
      const theirs: Measured[] = []
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await measure(browser, `${app.url}/stories/${storyId}/graph`, scenes, 'loom', state))
        theirs.push(await measure(browser, vanilla.url, scenes, 'vanilla', undefined))
      }
      lines.push(...linesOf(scenes, median(ours), median(theirs)))
    }
    return lines
  } finally {
    await browser.close()
    vanilla.close()
    await app.close()
  }
}

function missing(note: string): BenchLine {
  return {
    name: 'canvas',
    unit: 'ms',
    value: null,
    reference: { name: 'vanilla React Flow', value: null },
    goal: '',
    met: null,
    note,
  }
}

function linesOf(scenes: number, ours: Measured, theirs: Measured): BenchLine[] {
  const large = scenes >= 5000
  const line = (name: string, key: keyof Measured, goal: string, met: boolean): BenchLine => ({
    name: `canvas ${name}, ${scenes} scenes, median of ${ROUNDS}`,
    unit: 'ms',
    value: Math.round(ours[key] * 10) / 10,
    reference: { name: 'vanilla React Flow, same graph', value: Math.round(theirs[key] * 10) / 10 },
    goal,
    met,
  })
  const times = large ? { near: 3, far: 5 } : { near: 1, far: 1 }
  return [
    line('open', 'openMs', '<= 1500 ms', ours.openMs <= 1500),
    line(
      'pan at reading size, frame p95',
      'nearPanMs',
      `>= ${times.near}x`,
      theirs.nearPanMs >= times.near * ours.nearPanMs,
    ),
    line('far pan, frame p95', 'farPanMs', `>= ${times.far}x`, theirs.farPanMs >= times.far * ours.farPanMs),
  ]
}

/** The median of each figure over the rounds. */
function median(all: readonly Measured[]): Measured {
  const middle = (key: keyof Measured) =>
    all.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN
  return { openMs: middle('openMs'), nearPanMs: middle('nearPanMs'), farPanMs: middle('farPanMs') }
}

type SignedIn = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>

async function measure(
  browser: Browser,
  url: string,
  scenes: number,
  kind: 'loom' | 'vanilla',
  storageState: SignedIn | undefined,
): Promise<Measured> {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 850 },
    ...(storageState ? { storageState } : {}),
  })
  try {
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'commit' })
    const openMs = await page.evaluate(untilDrawn, { scenes, kind })
    await page.waitForTimeout(1500)
    const nearPanMs = await panFrames(page)
    await zoomOut(page)
    const farPanMs = await panFrames(page)
    return { openMs, nearPanMs, farPanMs }
  } finally {
    await context.close()
  }
}

/** Runs in the page: milliseconds from navigation start until the whole story is there and drawn. Throws after 2 minutes. */
async function untilDrawn({ scenes, kind }: { scenes: number; kind: 'loom' | 'vanilla' }): Promise<number> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const drawn = () =>
    kind === 'loom'
      ? Number(document.querySelector<HTMLElement>('[data-scenes]')?.dataset['scenes'] ?? 0) >= scenes &&
        document.querySelector('.react-flow__node-scene') !== null
      : document.querySelectorAll('.react-flow__node').length >= scenes
  while (!drawn()) {
    if (performance.now() > 120_000)
      throw new Error(`the ${kind} story was not drawn: ${document.body.innerText.slice(0, 300)}`)
    await frame()
  }
  await frame()
  return performance.now()
}

/** Turns the wheel over the middle until about the whole story is in view. */
async function zoomOut(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const pane = document.querySelector('.react-flow__pane')
    if (!pane) throw new Error('no canvas')
    const box = pane.getBoundingClientRect()
    const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }
    for (let turn = 0; turn < 16; turn++) {
      pane.dispatchEvent(new WheelEvent('wheel', { deltaY: 120, bubbles: true, cancelable: true, view: window, ...at }))
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
  await page.waitForTimeout(1500)
}

/** Drags the view with the middle button, one move per frame, back and forth; the 95th percentile of a frame in ms. */
async function panFrames(page: Page): Promise<number> {
  return page.evaluate(async (frames) => {
    const pane = document.querySelector('.react-flow__pane')
    if (!pane) throw new Error('no canvas')
    const box = pane.getBoundingClientRect()
    const place = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    const send = (target: EventTarget, type: string) =>
      target.dispatchEvent(
        new MouseEvent(type, {
          bubbles: true,
          cancelable: true,
          view: window,
          button: 1,
          buttons: 4,
          clientX: place.x,
          clientY: place.y,
        }),
      )
    send(pane, 'mousedown')
    const times: number[] = []
    let last = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
    for (let frame = 0; frame < frames; frame++) {
      place.x -= frame < frames / 2 ? 48 : -48
      send(window, 'mousemove')
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      times.push(now - last)
      last = now
    }
    send(window, 'mouseup')
    times.sort((a, b) => a - b)
    return times[Math.floor(times.length * 0.95)] ?? 0
  }, FRAMES)
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Builds the reference page once and serves it with the graph of the wanted size. */
async function serveVanilla(): Promise<{
  readonly url: string
  readonly show: (scenes: number) => void
  readonly close: () => void
}> {
  const built = await build({
    root: join(import.meta.dirname, 'vanilla-canvas'),
    configFile: false,
    logLevel: 'silent',
    base: './',
    build: { write: false, target: 'esnext', minify: true },
  })
  const files = new Map<string, string | Uint8Array>()
  for (const bundle of [built].flat()) {
    if (!('output' in bundle)) continue
    for (const file of bundle.output) files.set(file.fileName, file.type === 'chunk' ? file.code : file.source)
  }
  let graph = '{}'
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/graph.json') return void response.setHeader('content-type', 'application/json').end(graph)
    const file = path === '/' ? 'index.html' : path.slice(1)
    const body = files.get(file)
    if (body === undefined) return void response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    show: (scenes) => {
      const state = syntheticState({ seed: SEED, scenes })
      graph = JSON.stringify({ scenes: [...state.scenes.values()], edges: [...state.edges.values()] })
    },
    close: () => void server.close(),
  }
}
