import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unzipSync, zipSync } from 'fflate'
import sharp from 'sharp'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import { hashOf } from '#lib/server/blobs/blob-store.ts'
import { exportStory, keptReport, readFile, storeImport } from '#lib/server/exchange/exchange.ts'
import { readInThread } from '#lib/server/exchange/threads.ts'
import { seedDemoStory } from '#lib/server/seed.ts'
import { archive } from '#lib/exchange/formats/archive.ts'
import type { LossReport } from '#lib/exchange/report.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import type { PlayPageData } from '#lib/exchange/play-data.ts'
import { playableScenes } from '#lib/story/queries.ts'
import { proseToPlain } from '#lib/exchange/prose-plain.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

// Stories in and out of files against the real server and real SQLite.

const signal = new AbortController().signal
const twee =
  ':: StoryTitle\nThe Ferry\n\n:: Shore {"position":"10,20","size":"100,100"}\nRain.\n\n[[Cross->Boat]]\n\n:: Boat\nYou *drift*.\n\n:: Code [script]\nalert(1)\n'

let server: TestServer
let owner: Browser
beforeAll(async () => {
  server = await startServer()
  owner = await server.owner()
})
afterAll(() => server.close())

const bytes = (text: string) => new TextEncoder().encode(text)
async function importText(text: string | Uint8Array, fileName: string) {
  const request = {
    fileName,
    bytes: typeof text === 'string' ? bytes(text) : text,
    format: undefined,
    title: undefined,
  }
  const read = await readFile(request, signal)
  return storeImport(server.services, request, read, { id: 'us_test', kind: 'system' }, signal)
}
function wholeArchive(): Uint8Array {
  const blobs = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])
  const written = archive.write?.({ document: wholeStory(), blobs, playerScript: '' }, fakeExchangePorts())
  return written?.bytes ?? new Uint8Array()
}
const exported = async (storyId: string, format: string) =>
  (await exportStory(server.services, storyId, format, signal)).bytes

describe('import and export on the server', () => {
  it('[EX100] an import is one command with its prose, and nothing is stored by a preview', async () => {
    const before = server.services.stories.shelf(false, () => true).length
    const read = await readFile({ fileName: 'a.twee', bytes: bytes(twee), format: undefined, title: 'Renamed' }, signal)
    expect(read.document.story.title).toBe('Renamed')
    expect(server.services.stories.shelf(false, () => true)).toHaveLength(before)
    const { storyId } = await importText(twee, 'a.twee')
    const state = server.services.events.state(storyId)
    expect(state?.scenes.size).toBe(2)
    const shore = [...(state?.scenes.values() ?? [])].find((scene) => scene.title === 'Shore')
    expect(shore).toMatchObject({ x: 10, y: 20, width: 100, origin: { kind: 'import' } })
    expect(server.services.prose.text(shore?.id ?? '')).toBe('Rain.')
    expect(server.services.stories.history(storyId, Number.MAX_SAFE_INTEGER, 10)).toHaveLength(1)
  })
  it('[EX101] a second import of the same file with ids gets ids of its own', async () => {
    const { storyId } = await importText(twee, 'a.twee')
    const file = await exported(storyId, 'twee3')
    const again = await importText(file, 'a.twee')
    expect(again.storyId).not.toBe(storyId)
    expect(again.report.changed.map((entry) => entry.code)).toContain('new-ids')
    const first = server.services.events.state(storyId)
    const second = server.services.events.state(again.storyId)
    expect(second?.edges.size).toBe(first?.edges.size)
    for (const id of second?.scenes.keys() ?? []) expect(first?.scenes.has(id)).toBe(false)
  })
  it('[EX102] the report is kept with the story and does not travel on', async () => {
    const { storyId } = await importText(twee, 'a.twee')
    const kept = await keptReport(server.services, storyId)
    expect(kept).toMatchObject({ origin: { fileName: 'a.twee', format: 'twee3' } })
    expect(kept?.report.imported['scenes']).toBe(2)
    expect(new TextDecoder().decode(await exported(storyId, 'twee3'))).not.toContain('loomImport')
  })
  it('[EX103] the demo story goes through the archive into the same bytes but for its ids', async () => {
    const demo = await seedDemoStory(await freshServices())
    if (demo === null || !other) throw new Error('no demo story')
    const first = await exportStory(other.services, demo, 'archive', signal)
    const { storyId } = await importText(first.bytes, 'demo.loom.zip')
    expect(storyId).toBe(demo)
    const second = await exported(storyId, 'archive')
    const story = (zip: Uint8Array) => JSON.parse(new TextDecoder().decode(unzipSync(zip)['story.json'])) as unknown
    expect(story(second)).toEqual(story(first.bytes))
    expect(Buffer.from(second).equals(Buffer.from(first.bytes))).toBe(true)
    const state = server.services.events.state(storyId)
    const before = other.services.events.state(demo)
    expect(state?.scenes.size).toBe(before?.scenes.size)
    expect([...(state?.branches.keys() ?? [])].sort()).toEqual([...(before?.branches.keys() ?? [])].sort())
    expect([...(state?.edges.values() ?? [])].filter((edge) => edge.condition).length).toBe(
      [...(before?.edges.values() ?? [])].filter((edge) => edge.condition).length,
    )
  })
  it('[EX104] [F2] panels and their pictures travel in the archive with the same hashes', async () => {
    const { storyId } = await importText(twee, 'panels.twee')
    const state = server.services.events.state(storyId)
    const sceneId = [...(state?.scenes.keys() ?? [])][0] ?? ''
    const picture = new Uint8Array(
      await sharp({ create: { width: 8, height: 6, channels: 3, background: '#8c2f2b' } })
        .png()
        .toBuffer(),
    )
    const row = await server.services.images.add({ storyId, bytes: picture, source: 'drawn', recipe: null })
    const panelId = server.services.newId('panel')
    const script = {
      beat: 'b',
      source: null,
      shot: 'wide',
      angle: 'eye',
      setting: 'none',
      light: 'day',
      figures: [],
      lines: [{ id: 'l1', kind: 'caption', speakerId: null, text: 'Rain again.', source: null }],
      altText: 'a red field',
      weight: 2,
      turn: false,
    }
    const image = { sha256: row.sha256, width: 8, height: 6, mime: 'image/png' }
    const version = {
      image,
      recipe: { a: 1 },
      drawnBy: 'rules',
      fingerprint: {},
      qc: null,
      facts: null,
      jobId: null,
      parentVersionId: null,
      reason: 'first',
    }
    const done = await server.services.stories.act(
      storyId,
      {
        type: 'Batch',
        commands: [
          { type: 'AddPanels', sceneId, panels: [{ ...script, id: panelId }] },
          { type: 'RecordPanelVersion', panelId, versionId: server.services.newId('panelVersion'), version },
        ],
      } as never,
      { id: 'system', kind: 'system' },
    )
    expect(done.status).toBe('committed')
    const file = await exported(storyId, 'archive')
    const again = await importText(file, 'panels.zip')
    const there = server.services.events.state(again.storyId)
    expect(again.report.dropped).toEqual([])
    expect([...(there?.panelVersions.values() ?? [])].map((item) => item.image.sha256)).toEqual([row.sha256])
    expect([...(there?.panels.values() ?? [])][0]?.chosenVersionId).toBe([...(there?.panelVersions.keys() ?? [])][0])
    expect(await server.services.images.find(again.storyId, row.sha256)).toMatchObject({ width: 8, source: 'import' })
    const page = new TextDecoder().decode(await exported(again.storyId, 'play-html'))
    expect(page).toContain('data:image/png;base64,')
    expect(page).toContain('a red field')
    expect(page).toContain('data:image/svg+xml;base64,')

    // The same archive from a stranger whose picture tells where it was taken, and lies on its side. Rule F2.
    const told = await sharp(picture)
      .withExif({ IFD0: { Artist: 'canary-owner' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const files = unzipSync(file)
    const story = new TextDecoder().decode(files['story.json']).replaceAll(row.sha256, hashOf(told))
    delete files[`blobs/${row.sha256}`]
    const stranger = zipSync({ ...files, 'story.json': bytes(story), [`blobs/${hashOf(told)}`]: told })
    const third = await importText(stranger, 'stranger.zip')
    expect(third.report.changed.map((entry) => entry.code)).toContain('picture')
    const [kept] = [...(server.services.events.state(third.storyId)?.panelVersions.values() ?? [])]
    expect(kept?.image).toMatchObject({ width: 6, height: 8, mime: 'image/png' })
    expect(kept?.image.sha256).not.toBe(hashOf(told))
    const shown = await server.services.images.read(third.storyId, kept?.image.sha256 ?? '')
    expect(shown?.bytes.includes('canary-owner')).toBe(false)
    expect(await server.services.blobs.size(hashOf(told))).toBeNull()
  })
  it('[EX105] over HTTP: preview, import, export, report; refusals say why', async () => {
    const send = (path: string, body: string) =>
      owner.call('POST', path, body as never, { 'content-type': 'text/plain' } as never)
    const preview = await send('/api/imports/preview?fileName=a.twee', twee)
    expect(preview.status).toBe(200)
    expect(preview.json).toMatchObject({ outline: { title: 'The Ferry', format: 'twee3', start: 'Shore' } })
    const made = await send('/api/imports?fileName=a.twee&title=Mine', twee)
    expect(made.status).toBe(201)
    const { storyId } = made.json as unknown as { storyId: string }
    const file = await owner.call('GET', `/api/stories/${storyId}/export?format=twee3`)
    expect(file.status).toBe(200)
    expect(file.headers['content-disposition']).toContain('Mine.twee')
    expect(file.text).toContain(':: Code [script]')
    expect((await owner.call('GET', `/api/stories/${storyId}/export-report?format=play-html`)).json).toMatchObject({
      fileName: 'Mine.html',
    })
    expect((await owner.call('GET', `/api/stories/${storyId}/loss-report`)).json).toMatchObject({ format: 'twee3' })
    const bad = await send('/api/imports?fileName=x.twee&format=twee3', 'no passages')
    expect(bad.status).toBe(400)
    expect(bad.text).toContain('No passage was found')
    expect((await owner.call('GET', `/api/stories/${storyId}/export?format=markdown`)).status).toBe(400)
    expect((await server.browser().call('GET', `/api/stories/${storyId}/export?format=twee3`)).status).toBe(401)
  })
  it('[EX107] over HTTP a preview says what the import then says, also of what only storing finds', async () => {
    const whole = wholeStory()
    const [scene, ...scenes] = whole.scenes
    const [variable, ...variables] = whole.variables
    if (!scene || !variable) throw new Error('no scene')
    const odd: StoryDocument = {
      ...whole,
      panels: [],
      scenes: [{ ...scene, tags: [' '] }, ...scenes],
      variables: [{ ...variable, default: 'many' }, ...variables],
    }
    const file = archive.write?.({ document: odd, blobs: new Map(), playerScript: '' }, fakeExchangePorts())
    const send = (path: string) =>
      owner.call('POST', path, file?.bytes as never, { 'content-type': 'application/zip' } as never)
    const preview = await send('/api/imports/preview?fileName=a.zip')
    expect(preview.status).toBe(200)
    const made = await send('/api/imports?fileName=a.zip')
    expect(made.status).toBe(201)
    const { report } = preview.json as unknown as { report: LossReport }
    expect((made.json as unknown as { report: LossReport }).report).toEqual(report)
    expect(report.dropped.map((entry) => entry.code)).toEqual(
      expect.arrayContaining(['tag', 'variable', 'condition', 'effect']),
    )
  })
  it('[EX92] the playable page carries what the player shows: nothing of an archived branch', async () => {
    const { storyId } = await importText(wholeArchive(), 'whole.zip')
    const { bytes: page, report } = await exportStory(server.services, storyId, 'play-html', signal)
    const block = /<script type="application\/json" id="story">(.*?)<\/script>/s.exec(
      new TextDecoder().decode(page),
    )?.[1]
    const data = JSON.parse(block ?? '') as PlayPageData
    const state = server.services.events.state(storyId)
    if (!state) throw new Error('no story')
    const shown = new Set<string>(playableScenes(state, null).map((scene) => scene.id))
    expect(data.scenes.map((scene) => scene.title)).toEqual(['Shore', 'Boat', 'End'])
    expect(data.scenes.every((scene) => shown.has(scene.id))).toBe(true)
    expect(data.edges.every((edge) => shown.has(edge.to))).toBe(true)
    expect(report.dropped.filter((entry) => entry.code === 'not-played').map((entry) => entry.place.scene)).toContain(
      'Home',
    )
  })
  it('[EX106] a file that cannot be read in time is stopped', async () => {
    const hostile = '<tw-storydata>' + '<tw-passagedata name="a">' + '[['.repeat(10)
    await expect(importText(hostile, 'x.html')).resolves.toBeTruthy()
    const aborted = AbortSignal.timeout(1)
    await expect(
      readFile(
        { fileName: 'x.txt', bytes: bytes('word '.repeat(2_000_000)), format: undefined, title: undefined },
        aborted,
      ),
    ).rejects.toThrow('stopped')
  })
  it('[EX106] [F5] a reader is killed by its work, its time or its memory, and the next file is read', async () => {
    const text = bytes('## A\n\n' + 'The *rain* came **down** over the pier.\n\n'.repeat(20_000))
    const read = (limits: { cpuMs: number; wallMs: number; memoryMb: number }) =>
      readInThread({ fileName: 'x.md', bytes: text }, undefined, signal, limits)
    const plenty = { cpuMs: 60_000, wallMs: 300_000, memoryMb: 512 }
    await expect(read({ ...plenty, cpuMs: 1 })).rejects.toThrow('takes too long')
    await expect(read({ ...plenty, wallMs: 1 })).rejects.toThrow('takes too long')
    await expect(read({ ...plenty, memoryMb: 16 })).rejects.toThrow('needs more memory')
    await expect(read(plenty)).resolves.toMatchObject({ ok: true })
  })
  it('[EX108] an import that is stopped before its commit stores neither story nor picture nor word of it', async () => {
    const { services } = server
    const file = wholeArchive()
    const request = { fileName: 'whole.zip', bytes: file, format: undefined, title: undefined }
    const read = await readFile(request, signal)
    const held = async () => [
      services.events.log.lastPosition(),
      await services.app.image.count(),
      await services.app.member.count(),
      (await services.audit.list({ limit: 200 })).length,
    ]
    const before = await held()
    const actor = { id: 'us_owner', kind: 'human' } as const
    await expect(storeImport(services, request, read, actor, AbortSignal.abort())).rejects.toThrow('nothing was stored')
    // The asker goes while the picture is being kept.
    const asker = new AbortController()
    const add: typeof services.images.add = (picture) => {
      asker.abort()
      return services.images.add(picture)
    }
    const parts = { ...services, images: { ...services.images, add } }
    await expect(storeImport(parts, request, read, actor, asker.signal)).rejects.toThrow('nothing was stored')
    expect(await held()).toEqual(before)
    await expect(readFile(request, AbortSignal.abort())).rejects.toThrow('stopped')
  })
  it('[EX108] over HTTP hanging up stops it', async () => {
    let keep = (): void => undefined
    const reached = new Promise<void>((resolve) => {
      keep = resolve
    })
    const quiet = await startServer({
      doctor: (services) => ({
        ...services,
        images: {
          ...services.images,
          add: async (picture) => {
            const row = await services.images.add(picture)
            keep()
            // Long enough for the hang-up to be heard; what comes after it is the matter of this test.
            await new Promise((resolve) => setTimeout(resolve, 500))
            return row
          },
        },
      }),
    })
    try {
      const browser = await quiet.owner()
      const before = quiet.services.events.log.lastPosition()
      const call = httpRequest(`${quiet.origin}/api/imports?fileName=whole.zip`, {
        method: 'POST',
        headers: { cookie: browser.cookieHeader(), origin: quiet.origin, 'content-type': 'application/zip' },
      })
      call.on('error', () => undefined)
      call.end(wholeArchive())
      await reached
      expect(await quiet.services.app.image.count()).toBe(1)
      call.destroy()
      while ((await quiet.services.app.image.count()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(quiet.services.events.log.lastPosition()).toBe(before)
    } finally {
      await quiet.close()
    }
  })
  it('[EX106] a text of 5 MB is read in the memory a reader has, and stored whole', async () => {
    const paragraph = 'The rain came down over the pier and nobody counted it, least of all the keeper. '
      .repeat(12)
      .trim()
    const chapter = (n: number) => `Chapter ${n}\n\n${`${paragraph}\n\n`.repeat(25)}`
    let text = ''
    for (let n = 1; text.length < 5_000_000; n++) text += chapter(n)
    const request = { fileName: 'long.txt', bytes: bytes(text), format: undefined, title: undefined }
    // Work and time are the bench's matter, memory is the same on every machine.
    const limits = { cpuMs: 600_000, wallMs: 600_000, memoryMb: FILE_LIMITS.readerMemoryMb }
    const read = await readInThread(request, undefined, signal, limits)
    if (!read.ok) throw new Error(read.error.message)
    const { storyId } = await storeImport(
      server.services,
      request,
      read.value,
      { id: 'us_test', kind: 'system' },
      signal,
    )
    const words = (of: string) => of.split(/\s+/).filter((word) => word !== '').length
    const scenes = [...(server.services.events.state(storyId)?.scenes.values() ?? [])]
    const stored = scenes.map((scene) => words(scene.title) + words(server.services.prose.text(scene.id)))
    expect(stored.reduce((sum, n) => sum + n, 0)).toBe(words(text))
  })
  it('[EX100] headings, lists and emphasis arrive in the editor', async () => {
    const { storyId } = await importText('# T\n\n## A\n\nOne *two*\n\n- x\n- y\n\n[on](/b)\n\n## B\n\nend', 'a.md')
    const scene = [...(server.services.events.state(storyId)?.scenes.values() ?? [])][0]
    const content = server.services.prose.content(scene?.id ?? '')
    expect(content.content.map((node) => node.type)).toEqual(['paragraph', 'bulletList'])
    expect(JSON.stringify(content)).toContain('italic')
    expect(proseToPlain([])).toBe('')
  })
})

let other: TestServer | null = null
async function freshServices() {
  other = await startServer()
  return other.services
}
afterAll(() => other?.close())
