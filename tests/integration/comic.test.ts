import { createRequire } from 'node:module'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagesOfScene } from '#lib/panels/comic.ts'
import type { ComicPage } from '#lib/panels/comic.ts'
import type { Panel, PanelVersion } from '#lib/panels/panel.ts'
import { readablePage } from '#lib/panels/readable.ts'
import { assessReadability } from '#lib/qc/readability.ts'
import { qcReport } from '#lib/qc/report.ts'
import { checkImage } from '#lib/server/blobs/images.ts'
import { letteringFont } from '#lib/server/panels/raster.ts'
import { startJobs } from '#lib/server/jobs/start.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import type { Browser, TestServer } from './server.ts'
import { startServer } from './server.ts'

// The comic end to end over HTTP: shot list from prose, picture by job, versions, checks, export (issue H).
describe('comic', () => {
  let server: TestServer
  let owner: Browser
  let storyId = ''
  let seq = 0
  const state = () => server.services.events.state(storyId) as StreamState
  const clientId = 'cl_comictest'
  async function send(command: { type: string } & Record<string, unknown>): Promise<void> {
    seq++
    const answer = await owner.call('POST', `/api/stories/${storyId}/commands`, {
      clientId,
      seq,
      commandId: `co_comic${seq}`,
      storyId,
      command,
    })
    expect(answer.json, JSON.stringify(answer.json)).toMatchObject({ status: 'committed' })
  }
  async function drawn(panelId: string, count: number): Promise<PanelVersion[]> {
    const deadline = Date.now() + 60_000
    while (Date.now() < deadline) {
      const versions = [...state().panelVersions.values()].filter((version) => version.panelId === panelId)
      if (versions.length >= count) return versions
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`panel ${panelId} was not drawn: ${(await owner.call('GET', `/api/stories/${storyId}/jobs`)).text}`)
  }

  beforeAll(async () => {
    server = await startServer()
    owner = await server.owner()
    startJobs(server.services)
    storyId = String((await owner.call('POST', '/api/stories', { title: 'The dark lamp' })).json['storyId'])
    const branchId = [...state().branches.keys()][0]
    const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
    await send({ type: 'CreateCharacter', characterId: 'ch_mara', name: 'Mara', fields: { wardrobe: 'madder coat' } })
    await send({
      type: 'CreateScene',
      sceneId: 'sc_shore',
      branchId,
      x: 0,
      y: 0,
      fields: { title: 'Low water' },
      prose: {
        type: 'doc',
        content: [
          paragraph('Mara came down to the shore at night.'),
          paragraph('“Water comes back,” said Mara. “It always has.”'),
        ],
      },
    })
  })
  afterAll(() => server.close())

  it('[PA1][PA20] drafts a shot list from the text and keeps it', async () => {
    const answer = await owner.call('POST', `/api/stories/${storyId}/scenes/sc_shore/breakdown`)
    expect(answer.status).toBe(200)
    const panels = answer.json['panels'] as unknown as {
      id: string
      sceneId: string
      lines: { text: string; speakerId: string }[]
    }[]
    expect(panels).toHaveLength(2)
    expect(panels[1]?.lines.map((line) => [line.text, line.speakerId])).toEqual([
      ['Water comes back', 'ch_mara'],
      ['It always has.', 'ch_mara'],
    ])
    await send({ type: 'AddPanels', sceneId: 'sc_shore', panels: panels.map(({ sceneId: _scene, ...panel }) => panel) })
    expect(state().panels.size).toBe(2)
  })

  it('[PA30][QC1] draws by job: picture, recipe, report and facts are recorded and shown', async () => {
    const panelId = [...state().panels.keys()][1] ?? ''
    const answer = await owner.call('POST', `/api/stories/${storyId}/panels/render`, { panelIds: [panelId] })
    expect(answer.status, answer.text).toBe(202)
    const [version] = await drawn(panelId, 1)
    if (!version) throw new Error('no version')
    expect(version).toMatchObject({
      drawnBy: 'rules',
      reason: 'first',
      recipe: {
        backend: 'storyboard',
        reproducible: 'exact',
        seed: expect.any(Number),
        drawingVersion: expect.any(String),
      },
    })
    expect(state().panels.get(panelId)?.chosenVersionId).toBe(version.id)
    const report = qcReport.parse(version.qc)
    expect(report.axes.technical?.state).toBe('assessed')
    expect(report.axes.readability?.state).toBe('assessed')
    expect(report.axes.anatomy).toEqual({ state: 'not-assessed', needs: 'detector' })
    const picture = await server.services.images.read(storyId, version.image.sha256)
    expect(await checkImage(picture?.bytes ?? new Uint8Array())).toMatchObject({
      mime: 'image/png',
      width: version.image.width,
    })
    expect((await owner.call('GET', `/api/stories/${storyId}/blobs/${version.image.sha256}`)).status).toBe(200)
  })

  it('[PA31] drawing with another seed adds a version', async () => {
    const panelId = [...state().panels.keys()][1] ?? ''
    await owner.call('POST', `/api/stories/${storyId}/panels/render`, { panelIds: [panelId], vary: true })
    const versions = await drawn(panelId, 2)
    expect(versions.map((version) => version.reason)).toEqual(['first', 'vary-seed'])
    expect(versions[1]?.parentVersionId).toBe(versions[0]?.id)
    expect(new Set(versions.map((version) => version.image.sha256)).size).toBe(2)
  })

  it('[PA33] drawing an unchanged panel again takes another seed; a changed one keeps the seed of what it shows', async () => {
    const panelId = [...state().panels.keys()][1] ?? ''
    const render = () => owner.call('POST', `/api/stories/${storyId}/panels/render`, { panelIds: [panelId] })
    expect((await render()).status).toBe(202)
    const versions = await drawn(panelId, 3)
    const third = versions[2]
    expect(third?.reason).toBe('redraw')
    expect(new Set(versions.map((version) => version.recipe['seed'])).size).toBe(3)
    expect(new Set(versions.map((version) => version.image.sha256)).size).toBe(3)
    await send({ type: 'UpdatePanel', panelId, fields: { light: 'dawn' } })
    expect((await render()).status).toBe(202)
    const fourth = (await drawn(panelId, 4))[3]
    expect(fourth?.recipe['seed']).toBe(third?.recipe['seed'])
    expect(fourth?.image.sha256).not.toBe(third?.image.sha256)
  })

  it('[PA34] where another seed would not show nothing is drawn, and it says so', async () => {
    const panelId = [...state().panels.keys()][0] ?? ''
    await send({ type: 'UpdatePanel', panelId, fields: { setting: 'none' } })
    const render = (vary: boolean) =>
      owner.call('POST', `/api/stories/${storyId}/panels/render`, { panelIds: [panelId], vary })
    expect((await render(false)).status).toBe(202)
    const [first] = await drawn(panelId, 1)
    const answer = await render(false)
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'conflict', detail: expect.stringContaining('looks like version 1') })
    expect(await drawn(panelId, 1)).toEqual([first])
    // Its hatching does move, for whoever asks for just that; close to an inner wall there is not even hatching.
    expect((await render(true)).status).toBe(202)
    await drawn(panelId, 2)
    await send({ type: 'UpdatePanel', panelId, fields: { setting: 'kitchen', shot: 'extreme-close', figures: [] } })
    expect((await render(true)).status).toBe(202)
    await drawn(panelId, 3)
    expect((await render(true)).status).toBe(409)
    expect(await drawn(panelId, 3)).toHaveLength(3)
  })

  it('[PA56][QC5] a report is made of the whole page, in the direction of the scene', async () => {
    await send({ type: 'SetComicLayout', sceneId: 'sc_shore', fields: { direction: 'rtl' } })
    const page = pagesOfScene(state(), 'sc_shore', 'ltr')[0] as ComicPage
    expect(page.direction).toBe('rtl')
    const { panelVersions } = state()
    const shown = (panel: Panel) => panelVersions.get(panel.chosenVersionId ?? '') ?? null
    const read = assessReadability(readablePage(page, shown, letteringFont()))
    const { panel } = page.panels[1] as ComicPage['panels'][number]
    await send({ type: 'UpdatePanel', panelId: panel.id, fields: { light: 'dusk' } })
    await owner.call('POST', `/api/stories/${storyId}/panels/render`, { panelIds: [panel.id] })
    const version = (await drawn(panel.id, 5))[4]
    const stored = qcReport.parse(version?.qc)
    expect(stored.axes.readability).toEqual(read.panels.get(panel.id)?.axes.readability)
    expect(stored.ground).toMatch(/^[0-9a-f]{2048}$/)
    const { version: resvg } = createRequire(import.meta.url)('@resvg/resvg-js/package.json') as { version: string }
    expect(version?.recipe['software']).toMatchObject({ resvg })
    await send({ type: 'SetComicLayout', sceneId: 'sc_shore', fields: { direction: 'story' } })
  })

  it('refuses a backend nobody offers, and says how to get it', async () => {
    const panelId = [...state().panels.keys()][0] ?? ''
    const answer = await owner.call('POST', `/api/stories/${storyId}/panels/render`, {
      panelIds: [panelId],
      backend: 'diffusers',
    })
    expect(answer.status).toBe(409)
    expect(answer.json['code']).toBe('not-configured')
  })

  it('[PA54] exports a page as PNG and the pages as CBZ, the same bytes each time', async () => {
    const source = { storyId, state: state(), images: server.services.images }
    const { comicCbz, comicPages, pagePng } = await import('#lib/server/panels/comic-pages.ts')
    const pages = comicPages(source, ['sc_shore'])
    expect(await checkImage(await pagePng(source, pages[0] as (typeof pages)[0]))).toMatchObject({
      width: 1600,
      height: 2400,
      mime: 'image/png',
    })
    const cbz = await comicCbz(source, pages, 'Low water')
    expect(Buffer.from(await comicCbz(source, pages, 'Low water')).equals(Buffer.from(cbz))).toBe(true)
    const files = unzipSync(cbz)
    expect(Object.keys(files)).toEqual(['ComicInfo.xml', 'page-001.png'])
    const xml = new TextDecoder().decode(files['ComicInfo.xml'])
    const order = [...xml.matchAll(/^ {2}<(\w+)/gm)].map((match) => match[1])
    expect(order).toEqual(['Title', 'Series', 'Notes', 'PageCount', 'LanguageISO', 'Manga', 'Characters', 'Pages'])
    expect(xml).toContain('<Notes>Storyboard, drawn by rules</Notes>')
    const answer = await owner.call('GET', `/api/stories/${storyId}/comic/export?format=cbz&scene=sc_shore`)
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/vnd.comicbook+zip'])
    await owner.call('GET', `/api/stories/${storyId}/comic/export?format=png&scene=sc_shore`)
    const where = { action: 'story-exported', subject: storyId }
    const noted = await server.services.app.auditEntry.findMany({ where, orderBy: { seq: 'asc' } })
    expect(noted.map(({ facts }) => facts)).toEqual(['{"format":"cbz"}', '{"format":"png"}'])
  })

  it('gives the storyboard as SVG and the lettering face', async () => {
    const panelId = [...state().panels.keys()][0] ?? ''
    const board = await owner.call('GET', `/api/stories/${storyId}/panels/${panelId}/storyboard`)
    expect(board.text).toMatch(/^<svg /)
    expect((await owner.call('GET', '/api/lettering/font')).headers['content-type']).toBe('font/woff')
  })
})
