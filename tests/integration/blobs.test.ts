import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BlobStore, createBlobStore, hashOf } from '#lib/server/blobs/blob-store.ts'
import { checkImage, createImages, IMAGE_MAX_BYTES, type Images } from '#lib/server/blobs/images.ts'
import { openTestAppDb } from '#tests/support/app-db.ts'

const red = { create: { width: 20, height: 10, channels: 3 as const, background: 'red' } }

describe('blobs and pictures', () => {
  let database: Awaited<ReturnType<typeof openTestAppDb>>
  let folder: string
  let blobs: BlobStore
  let images: Images

  beforeAll(async () => {
    database = await openTestAppDb()
    folder = join(database.folder, 'blobs')
    blobs = createBlobStore(folder)
    images = createImages({ blobs, app: database.app, clock: () => 5 })
  })
  afterAll(() => database.close())

  const home = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2, 4), hash)

  it('keeps bytes under their hash, once, readable only by the owner', async () => {
    const bytes = Buffer.from('a picture')
    const hash = await blobs.put(bytes, { maxBytes: 100 })
    expect(await blobs.put(bytes, { maxBytes: 100 })).toBe(hash)
    expect(hash).toBe(hashOf(bytes))
    expect(await blobs.read(hash)).toEqual(bytes)
    expect(await blobs.size(hash)).toBe(9)
    expect((await stat(home(hash))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(home(hash), '..'))).toEqual([hash])
  })

  it('knows nothing of what it does not have', async () => {
    expect(await blobs.read('0'.repeat(64))).toBeNull()
    expect(await blobs.size('0'.repeat(64))).toBeNull()
    await blobs.remove('0'.repeat(64))
  })

  it.each(['..', '../../etc/passwd', '0'.repeat(63), 'A'.repeat(64), `${'0'.repeat(62)}/.`])(
    'never lets %s name a file',
    async (name) => {
      await expect(blobs.read(name)).rejects.toThrow()
    },
  )

  it('refuses too many bytes and a wrong hash, and leaves nothing behind', async () => {
    const bytes = Buffer.from('something else')
    await expect(blobs.put(bytes, { maxBytes: 13 })).rejects.toMatchObject({ code: 'too-large' })
    await expect(blobs.put(bytes, { maxBytes: 14, expect: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    expect(await blobs.size(hashOf(bytes))).toBeNull()
  })

  it('does not serve a damaged file', async () => {
    const hash = await blobs.put(Buffer.from('whole'), { maxBytes: 100 })
    await writeFile(home(hash), 'hurt')
    await expect(blobs.read(hash)).rejects.toThrow(/damaged/)
    expect(await readFile(home(hash), 'utf8')).toBe('hurt')
  })

  it.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
  ] as const)('takes %s', async (format, mime) => {
    expect(await checkImage(await sharp(red).toFormat(format).toBuffer())).toEqual({ width: 20, height: 10, mime })
  })

  it.each([
    ['SVG', () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))],
    ['GIF', () => sharp(red).gif().toBuffer()],
    ['TIFF', () => sharp(red).tiff().toBuffer()],
    ['text named as picture', () => Promise.resolve(Buffer.from('PNG but not really'))],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
    ['half a PNG', async () => half(await noisy())],
    [
      'half a JPEG',
      async () =>
        (
          await sharp(await noisy())
            .jpeg()
            .toBuffer()
        ).subarray(0, 900),
    ],
    ['several frames', twoFrames],
  ])('refuses %s', async (_name, make) => {
    await expect(checkImage(await make())).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('refuses more than 20 MB before looking inside', async () => {
    await expect(checkImage(Buffer.alloc(IMAGE_MAX_BYTES + 1))).rejects.toMatchObject({ code: 'too-large' })
  })

  it('refuses more than 50 megapixels, however few bytes they take', async () => {
    const wide = await sharp({ create: { width: 10_000, height: 5_001, channels: 3, background: 'white' } })
      .png({ compressionLevel: 9 })
      .toBuffer()
    await expect(checkImage(wide)).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('shows a picture only to the stories that have it; the first says where it came from', async () => {
    const bytes = await sharp(red).png().toBuffer()
    const first = await images.add({ storyId: 'st_a', bytes, source: 'drawn', recipe: { seed: 1 } })
    expect(first).toMatchObject({ width: 20, height: 10, mime: 'image/png', source: 'drawn', recipe: { seed: 1 } })
    expect(await images.find('st_b', first.sha256)).toBeNull()
    const again = await images.add({ storyId: 'st_a', bytes, source: 'upload', recipe: null })
    expect(again).toEqual(first)
    await images.add({ storyId: 'st_b', bytes, source: 'import', recipe: null })
    expect((await images.read('st_b', first.sha256))?.bytes).toEqual(bytes)
  })
})

/** A picture that does not compress to nothing. */
function noisy(): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251))
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer()
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.byteLength / 2))
}

/** An animated WebP: a black frame, then a white one. */
function twoFrames(): Promise<Buffer> {
  const pixels = Buffer.alloc(20 * 20 * 3).fill(255, 20 * 10 * 3)
  return sharp(pixels, { raw: { width: 20, height: 20, channels: 3, pageHeight: 10 } })
    .webp()
    .toBuffer()
}
