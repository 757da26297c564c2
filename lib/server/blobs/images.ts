import sharp, { type Sharp } from 'sharp'
import { InvalidInputError, TooLargeError } from '#lib/kernel/errors.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import { isBarePicture } from './bare-picture.ts'
import { type BlobStore, hashOf } from './blob-store.ts'
import { createQuota } from './quota.ts'
import { createTurn } from '../auth/turn.ts'

/** File formats that are let in, by sharp's word and by media type. */
const MIMES = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' } as const
export type ImageMime = (typeof MIMES)[keyof typeof MIMES]

// Loaders that read text, scripts or whole documents stay shut; only raster formats are decoded (F2).
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
})
// One picture at a time: decoding must not take the machine from the people who write.
sharp.concurrency(1)
sharp.cache(false)

export interface ImageFacts {
  readonly width: number
  readonly height: number
  readonly mime: ImageMime
}

export interface ImageRow extends ImageFacts {
  readonly storyId: string
  readonly sha256: string
  readonly bytes: number
  readonly source: 'drawn' | 'worker' | 'upload' | 'import'
  /** JSON value: how it was made, null where nobody knows. */
  readonly recipe: unknown
}

/** Pictures of stories: checked bytes in the blob store, one row per story that may show them. */
export interface Images {
  /**
   * Stores a picture for a story after decoding it whole. One that carries more than its pixels is drawn anew without
   * it, so that the answered hash may be another. Throws InvalidInputError, TooLargeError, or OverQuotaError where its owner has no room left (F1).
   */
  readonly add: (picture: {
    readonly storyId: string
    readonly bytes: Uint8Array
    readonly source: ImageRow['source']
    readonly recipe: unknown
    /** Who will own the story, where it is not there yet. */
    readonly owner?: string | undefined
  }) => Promise<ImageRow>
  /** The row of a picture in a story, null where that story has no such picture. */
  readonly find: (storyId: string, sha256: string) => Promise<ImageRow | null>
  readonly read: (storyId: string, sha256: string) => Promise<{ readonly row: ImageRow; readonly bytes: Buffer } | null>
}

/**
 * Decodes a picture completely and answers what it is. Throws TooLargeError over 20 MB, InvalidInputError where it is
 * no PNG, JPEG or WebP, has more than one frame, over 50 megapixels, or is damaged (even slightly: a warning counts).
 */
export async function checkImage(bytes: Uint8Array): Promise<ImageFacts> {
  const maxBytes = FILE_LIMITS.imageBytes
  if (bytes.byteLength > maxBytes) throw new TooLargeError(`A picture may have ${maxBytes} bytes.`, { maxBytes })
  if (!looksLikeRaster(bytes)) throw new InvalidInputError('This is no PNG, JPEG or WebP picture.')
  try {
    const picture = openPicture(bytes)
    const { format, width, height, pages = 1 } = await picture.metadata()
    const mime = Object.entries(MIMES).find(([name]) => name === format)?.[1]
    if (mime === undefined) throw new InvalidInputError('This is no PNG, JPEG or WebP picture.')
    if (pages > FILE_LIMITS.imageFrames)
      throw new InvalidInputError('A picture must have one frame.', { frames: pages })
    // Statistics read every pixel, so a file that breaks off half-way is found here.
    await picture.stats()
    return { width, height, mime }
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').slice(0, 160) : 'unknown'
    throw new InvalidInputError('The picture cannot be read.', { reason })
  }
}

function openPicture(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: FILE_LIMITS.imagePixels, failOn: 'warning', pages: -1 })
}

/**
 * The picture as it may be kept (F2): as it came where it holds pixels only, so that its hash stays; else encoded anew,
 * turned as its metadata said, without place, time, owner, comments, profiles or anything after its end.
 * Throws as `checkImage`.
 */
export async function keepableImage(bytes: Uint8Array): Promise<{ bytes: Uint8Array; facts: ImageFacts }> {
  const facts = await checkImage(bytes)
  if (isBarePicture(bytes)) return { bytes, facts }
  const turned = openPicture(bytes).autoOrient()
  const drawn =
    facts.mime === 'image/png'
      ? turned.png({ compressionLevel: 9 })
      : facts.mime === 'image/jpeg'
        ? turned.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        : turned.webp({ quality: 95 })
  const again = await drawn.toBuffer()
  return { bytes: again, facts: await checkImage(again) }
}

/** First bytes of the three formats; looked at before any decoder sees the file. */
function looksLikeRaster(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength))
  const png = head.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))
  const jpeg = head.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))
  const webp = head.subarray(0, 4).toString('latin1') === 'RIFF' && head.subarray(8, 12).toString('latin1') === 'WEBP'
  return png || jpeg || webp
}

interface ImagesParts {
  readonly blobs: BlobStore
  readonly app: AppDb
  readonly clock: Clock
  /** What the pictures of one person's stories may take. */
  readonly quotaBytes: number
}

/** Builds the picture store over its blob store and app.db. */
export function createImages({ blobs, app, clock, quotaBytes }: ImagesParts): Images {
  const quota = createQuota({ app, limitBytes: quotaBytes })
  // Between the count and the row no other picture is stored: many at once have no more room than many in a row.
  const inTurn = createTurn()

  async function find(storyId: string, sha256: string): Promise<ImageRow | null> {
    const row = await app.image.findUnique({ where: { storyId_sha256: { storyId, sha256 } } })
    return row === null ? null : toRow(row)
  }

  async function add(picture: Parameters<Images['add']>[0]): Promise<ImageRow> {
    const kept = await keepableImage(picture.bytes)
    return inTurn(() => store(picture, kept))
  }

  async function store(
    picture: Parameters<Images['add']>[0],
    { bytes, facts }: Awaited<ReturnType<typeof keepableImage>>,
  ): Promise<ImageRow> {
    // The same bytes again take no room.
    const known = await find(picture.storyId, hashOf(bytes))
    if (!known) await quota.refuseBeyond(picture.storyId, bytes.byteLength, picture.owner)
    const sha256 = await blobs.put(bytes, { maxBytes: FILE_LIMITS.imageBytes })
    const key = { storyId: picture.storyId, sha256 }
    const row = await app.image.upsert({
      where: { storyId_sha256: key },
      // The first to store a picture says where it came from; the same bytes again change nothing.
      update: {},
      create: {
        ...key,
        ...facts,
        bytes: bytes.byteLength,
        source: picture.source,
        recipe: picture.recipe === null ? null : JSON.stringify(picture.recipe),
        createdAt: BigInt(clock()),
      },
    })
    return toRow(row)
  }

  return {
    add,
    find,
    read: async (storyId, sha256) => {
      const row = await find(storyId, sha256)
      const bytes = row && (await blobs.read(sha256))
      return row && bytes ? { row, bytes } : null
    },
  }
}

interface StoredImage {
  storyId: string
  sha256: string
  width: number
  height: number
  bytes: number
  mime: string
  source: string
  recipe: string | null
}

function toRow({ storyId, sha256, width, height, bytes, mime, source, recipe }: StoredImage): ImageRow {
  return {
    storyId,
    sha256,
    width,
    height,
    bytes,
    // Both columns are written from the unions above and by nobody else.
    mime: mime as ImageMime,
    source: source as ImageRow['source'],
    recipe: recipe === null ? null : JSON.parse(recipe),
  }
}
