import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import { type BlobStore, createBlobStore, hashOf } from '#lib/server/blobs/blob-store.ts'
import { isBarePicture } from '#lib/server/blobs/bare-picture.ts'
import { checkImage, createImages, type Images, keepableImage } from '#lib/server/blobs/images.ts'
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
    images = createImages({ blobs, app: database.app, clock: () => 5, quotaBytes: 1e9 })
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

  it('[F1] [F2] takes 20 MB and not a byte more, nor a hundred times as much', async () => {
    const exact = padded(await noisy(2600, 2600), FILE_LIMITS.imageBytes)
    expect(exact.byteLength).toBe(FILE_LIMITS.imageBytes)
    expect((await checkImage(exact)).mime).toBe('image/png')
    for (const size of [FILE_LIMITS.imageBytes + 1, FILE_LIMITS.imageBytes * 100])
      await expect(checkImage(Buffer.alloc(size))).rejects.toMatchObject({ code: 'too-large' })
  })

  it('[F1] takes 50 megapixels and not a row more, nor a hundred times as many, however few bytes they take', async () => {
    const blank = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: 'white' } })
        .png({ compressionLevel: 9 })
        .toBuffer()
    const exact = await blank(10_000, 5_000)
    expect(await checkImage(exact)).toMatchObject({ width: 10_000, height: 5_000 })
    await expect(checkImage(await blank(10_000, 5_001))).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(checkImage(claiming(exact, 100_000, 50_000))).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('[F1] takes one frame, not two, not a hundred', async () => {
    await expect(frames(1)).resolves.toBeTruthy()
    expect(await checkImage(await frames(1))).toMatchObject({ mime: 'image/webp' })
    for (const count of [2, 100])
      await expect(checkImage(await frames(count))).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it.each(['png', 'jpeg', 'webp'] as const)(
    '[F2] a %s with place, owner and comment is drawn anew without them, upright',
    async (format) => {
      const secret = { IFD0: { Copyright: 'canary-owner', Artist: 'somebody' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } }
      const told = await sharp(red)
        .withExif(secret)
        .withMetadata({ orientation: 6 })
        .withIccProfile('p3')
        .toFormat(format)
        .toBuffer()
      expect(told.includes('canary-owner')).toBe(true)
      expect((await sharp(told).metadata()).exif).toBeDefined()
      const row = await images.add({ storyId: 'st_exif', bytes: told, source: 'import', recipe: null })
      const kept = await blobs.read(row.sha256)
      const { exif, icc, xmp, orientation, width, height } = await sharp(kept ?? Buffer.alloc(0)).metadata()
      expect({ exif, icc, xmp, orientation }).toEqual({})
      expect([width, height, row.width, row.height]).toEqual([10, 20, 10, 20])
      expect(kept?.includes('canary-owner')).toBe(false)
      expect(row.sha256).not.toBe(hashOf(told))
      expect(await blobs.size(hashOf(told))).toBeNull()
      // What was drawn anew is bare, so that storing it again changes nothing.
      expect(isBarePicture(kept ?? Buffer.alloc(0))).toBe(true)
      expect((await keepableImage(kept ?? Buffer.alloc(0))).bytes).toEqual(kept)
    },
  )

  it.each(['png', 'jpeg', 'webp'] as const)('[F2] a %s with a page behind its end loses it', async (format) => {
    const page = Buffer.from('<html><script>steal()</script></html>')
    const two = Buffer.concat([await sharp(red).toFormat(format).toBuffer(), page])
    // Not every decoder takes such a file; where it is taken, the page goes.
    const kept = await keepableImage(two).catch(() => null)
    expect(Buffer.from(kept?.bytes ?? []).includes('steal')).toBe(false)
    expect(isBarePicture(two)).toBe(false)
  })

  it.each([
    ['a PNG comment', async () => pngWith(await sharp(red).png().toBuffer(), 'tEXt', 'Comment\0canary')],
    ['a PNG chunk nobody knows', async () => pngWith(await sharp(red).png().toBuffer(), 'prVt', '<script>')],
    ['a JPEG comment', async () => jpegWith(await sharp(red).jpeg().toBuffer(), 0xfe)],
    ['a JPEG with XMP', async () => jpegWith(await sharp(red).jpeg().toBuffer(), 0xe1)],
  ])('[F2] %s does not stay', async (_what, make) => {
    const bytes = await make()
    expect(isBarePicture(bytes)).toBe(false)
    expect(isBarePicture((await keepableImage(bytes)).bytes)).toBe(true)
  })

  it('[F2] what is named a picture but is none is refused whatever its name, and a picture is told by its bytes', async () => {
    for (const text of [
      'GIF89a<script>',
      '<svg onload=x>',
      '%PDF-1.7',
      'PK\u0003\u0004',
      'BM',
      '\x89PNG\r\n\x1a\n<html>',
    ])
      await expect(checkImage(Buffer.from(text, 'latin1'))).rejects.toMatchObject({ code: 'invalid-input' })
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
function noisy(width = 64, height = 64): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 7919) % 251
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: width > 64 ? 0 : 6 })
    .toBuffer()
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.byteLength / 2))
}

/** An animated WebP: a black frame, then a white one. */
function twoFrames(): Promise<Buffer> {
  return frames(2)
}

function frames(count: number): Promise<Buffer> {
  const pixels = Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.alloc(10 * 10 * 3).fill((i * 83) % 256)))
  return sharp(pixels, { raw: { width: 10, height: 10 * count, channels: 3, pageHeight: 10 } })
    .webp()
    .toBuffer()
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

/** The PNG with one more chunk after its header. */
function pngWith(png: Buffer, type: string, text: string): Buffer {
  return Buffer.concat([png.subarray(0, 33), pngChunk(type, Buffer.from(text, 'latin1')), png.subarray(33)])
}

/** The PNG made exactly `bytes` long by chunks that decoders pass over. */
function padded(png: Buffer, bytes: number): Buffer {
  const parts = [png.subarray(0, 33)]
  let missing = bytes - png.length
  while (missing > 0) {
    const size = Math.min(missing, 60_000)
    const left = missing - size
    const data = left > 0 && left < 12 ? size - 12 - 12 : size - 12
    parts.push(pngChunk('prVt', Buffer.alloc(data)))
    missing -= data + 12
  }
  return Buffer.concat([...parts, png.subarray(33)])
}

/** The PNG whose header claims another size. */
function claiming(png: Buffer, width: number, height: number): Buffer {
  const header = Buffer.from(png.subarray(16, 29))
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)])
}

/** The JPEG with one more segment after its start. */
function jpegWith(jpeg: Buffer, marker: number): Buffer {
  const text = Buffer.from('canary')
  const head = Buffer.from([0xff, marker, 0, text.length + 2])
  return Buffer.concat([jpeg.subarray(0, 2), head, text, jpeg.subarray(2)])
}
