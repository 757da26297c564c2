import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { archive } from '#lib/exchange/formats/archive.ts'
import { createBlobStore, hashOf } from '#lib/server/blobs/blob-store.ts'
import { createImages, type Images } from '#lib/server/blobs/images.ts'
import { openTestAppDb } from '#tests/support/app-db.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { startServer, type TestServer } from './server.ts'

// What the pictures of one person's stories may take (F1): at the limit, one byte beyond it, and a hundred times as much.

const OVER = { code: 'over-quota', status: 413 }

async function picture(shade: number): Promise<Buffer> {
  const create = { width: 16, height: 16, channels: 3 as const, background: { r: shade, g: 90, b: 90 } }
  return sharp({ create }).png().toBuffer()
}

describe('[F1] the quota of pictures', () => {
  let database: Awaited<ReturnType<typeof openTestAppDb>>
  beforeAll(async () => {
    database = await openTestAppDb()
    const { app } = database
    const at = new Date(0)
    for (const id of ['us_house', 'us_a', 'us_b'])
      await app.user.create({
        data: { id, name: id, login: id, passwordHash: '', roles: '["editor"]', createdAt: at, changedAt: at },
      })
    await app.ownership.create({ data: { id: 1, userId: 'us_house', createdAt: at } })
    const row = { rights: '[]', grantedBy: 'us_house', createdAt: at, changedAt: at }
    const members = [
      ['st_a1', 'us_a', true],
      ['st_a2', 'us_a', true],
      ['st_b', 'us_b', true],
      // What somebody only writes in is not theirs.
      ['st_b', 'us_a', false],
    ] as const
    for (const [storyId, userId, owner] of members)
      await app.member.create({ data: { storyId, userId, role: 'admin', owner, ...row } })
  })
  beforeEach(() => database.app.image.deleteMany())
  afterAll(() => database.close())

  const blobs = () => createBlobStore(join(database.folder, 'blobs'))
  const room = (quotaBytes: number): Images =>
    createImages({ blobs: blobs(), app: database.app, clock: () => 5, quotaBytes })
  const add = (images: Images, storyId: string, bytes: Uint8Array, owner?: string) =>
    images.add({ storyId, bytes, source: 'drawn', recipe: null, owner })

  it('[F1] holds at the limit and not one byte beyond it, over all stories of the owner', async () => {
    const [one, two] = [await picture(1), await picture(2)]
    const both = one.byteLength + two.byteLength
    await add(room(both), 'st_a1', one)
    await expect(add(room(both - 1), 'st_a2', two)).rejects.toMatchObject(OVER)
    await expect(add(room(1), 'st_a2', two)).rejects.toThrow(/take 1 MB of 1 MB.*LOOM_QUOTA_MB/)
    expect(await blobs().size(hashOf(two))).toBeNull()
    expect(await database.app.image.count()).toBe(1)
    await add(room(both), 'st_a2', two)
  })

  it('[F1] the same picture again takes no room, and another person has room of their own', async () => {
    const [one, two] = [await picture(3), await picture(4)]
    const images = room(one.byteLength)
    await add(images, 'st_a1', one)
    await add(images, 'st_a1', one)
    await expect(add(images, 'st_a2', two)).rejects.toMatchObject(OVER)
    await add(room(two.byteLength), 'st_b', two)
  })

  it('[F1] what nobody owns counts for the owner of the installation; a coming story for who will own it', async () => {
    const [one, two, three] = [await picture(5), await picture(6), await picture(7)]
    await add(room(1e6), 'st_demo', one)
    await expect(add(room(one.byteLength), 'st_other', two)).rejects.toMatchObject(OVER)
    await add(room(two.byteLength), 'st_coming', two, 'us_a')
    await expect(add(room(two.byteLength), 'st_coming', three, 'us_a')).rejects.toMatchObject(OVER)
  })

  it('[F1] a hundred at once have no more room than a hundred in a row', async () => {
    const pictures = await Promise.all(Array.from({ length: 100 }, (_, i) => picture(i + 20)))
    const size = Math.max(...pictures.map((one) => one.byteLength))
    const images = room(size * 10)
    const answers = await Promise.allSettled(pictures.map((one, i) => add(images, `st_a${(i % 2) + 1}`, one)))
    const stored = answers.filter((answer) => answer.status === 'fulfilled').length
    const { _sum } = await database.app.image.aggregate({ _sum: { bytes: true } })
    expect(stored).toBeGreaterThanOrEqual(10)
    expect(stored).toBeLessThan(20)
    expect(_sum.bytes).toBeLessThanOrEqual(size * 10)
  })
})

describe('[F1] the quota over HTTP', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ settings: { LOOM_QUOTA_MB: '1' } })
  })
  afterAll(() => server.close())

  it('[F1] an import without room is refused whole, in words, and stores nothing', async () => {
    const owner = await server.owner()
    const { app } = server.services
    const blobs = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])
    const file = archive.write?.({ document: wholeStory(), blobs, playerScript: '' }, fakeExchangePorts())
    const send = () =>
      fetch(`${server.origin}/api/imports?fileName=whole.zip`, {
        method: 'POST',
        headers: { cookie: owner.cookieHeader(), origin: server.origin, 'content-type': 'application/zip' },
        body: new Uint8Array(file?.bytes ?? []),
      })
    const { storyId } = (await owner.call('POST', '/api/stories', { title: 'Full' })).json
    const filler = { width: 1, height: 1, mime: 'image/png', source: 'drawn', createdAt: 0n }
    const full = { storyId: String(storyId), sha256: '0'.repeat(64) }
    await app.image.create({ data: { ...full, ...filler, bytes: 1024 * 1024 } })
    const before = server.services.events.log.lastPosition()
    const refused = await send()
    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({ code: 'over-quota', detail: expect.stringContaining('1 MB of 1 MB') })
    expect(server.services.events.log.lastPosition()).toBe(before)
    expect(await app.image.count()).toBe(1)

    await app.image.updateMany({ data: { bytes: 1024 * 1024 - HOSTILE_PICTURE.byteLength } })
    expect((await send()).status).toBe(201)
    const limits = (await owner.call('GET', '/api/admin/limits')).json['others'] as unknown as { limit: string }[]
    expect(limits.at(-1)?.limit).toBe('1 MB')
  })
})
