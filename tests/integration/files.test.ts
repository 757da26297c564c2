import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFile } from '#lib/exchange/formats.ts'
import { FILE_LIMITS, nameFits } from '#lib/kernel/limits.ts'
import { keptReport, storeImport } from '#lib/server/exchange/exchange.ts'
import { downloadHeaders, fileStem } from '#lib/server/file-name.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { TRAVERSAL_NAMES } from '#tests/fixtures/traversal-names.ts'
import { type Browser, startServer, temporaryFolder, type TestServer } from './server.ts'

// Files at the door: limits to the byte (F1) and names that try to leave their folder (F3).

const MEGA = 1024 * 1024
const encode = (text: string) => new TextEncoder().encode(text)
const TWEE = ':: Shore\nRain.\n\n[[Cross->Boat]]\n\n:: Boat\nYou drift.\n'

let around: ReturnType<typeof temporaryFolder>
let server: TestServer
let owner: Browser
beforeAll(async () => {
  around = temporaryFolder()
  mkdirSync(join(around.path, 'data'))
  writeFileSync(join(around.path, 'canary.txt'), 'nobody touches this')
  server = await startServer({ dataDir: join(around.path, 'data') })
  owner = await server.owner()
})
afterAll(async () => {
  await server.close()
  rmSync(around.path, { recursive: true, force: true })
})

/** In place of a status: the connection was closed. */
const CUT = 0

interface Poured {
  readonly status: number
  readonly sent: number
}

/** Sends a body in chunks without announcing its length, until all is sent or an answer comes. */
function pour(path: string, type: string, total: number, chunk: Uint8Array): Promise<Poured> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = false
    const request = httpRequest(`${server.origin}${path}`, {
      method: 'POST',
      agent: false,
      headers: { origin: server.origin, cookie: owner.cookieHeader(), 'content-type': type },
    })
    request.on('response', (response) => {
      answered = true
      response.resume()
      resolve({ status: response.statusCode ?? 0, sent })
      request.destroy()
    })
    // A server that hangs up on a flood may do so before its answer is read.
    request.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE' && cause.code !== 'ECONNRESET') reject(cause)
    })
    request.on('close', () => resolve({ status: CUT, sent }))
    const more = (): void => {
      while (!answered && sent < total) {
        const part = chunk.subarray(0, Math.min(chunk.byteLength, total - sent))
        sent += part.byteLength
        if (!request.write(part)) return void request.once('drain', more)
      }
      if (!answered) request.end()
    }
    more()
  })
}

function kindOf(bytes: Uint8Array, fileName = 'x.zip'): string {
  const read = importFile({ fileName, bytes }, fakeExchangePorts())
  return read.ok ? 'ok' : read.error.kind
}

// Large files on a busy machine take their time; what is tested is where the limit lies.
describe('limits', { timeout: 180_000 }, () => {
  it('[F1] JSON: 1 MB is read, one byte more is not, nor a hundred times as much; nothing is announced', async () => {
    const story = encode('{"title":"Wide"}')
    const spaces = new Uint8Array(MEGA).fill(32)
    const send = async (total: number) => {
      const chunk = total <= MEGA + 1 ? Buffer.concat([story, new Uint8Array(total - story.length).fill(32)]) : spaces
      return pour('/api/stories', 'application/json', total, chunk)
    }
    expect((await send(FILE_LIMITS.jsonBytes)).status).toBe(201)
    expect((await send(FILE_LIMITS.jsonBytes + 1)).status).toBe(413)
    const much = await send(FILE_LIMITS.jsonBytes * 100)
    expect([413, CUT]).toContain(much.status)
    expect(much.sent).toBeLessThan(FILE_LIMITS.jsonBytes * 100)
  })

  it('[F1] import: 50 MB is read, one byte more is refused, a hundred times as much is cut off', async () => {
    const page = (bytes: number) => {
      const [head, tail] = [
        '<!--',
        '--><tw-storydata name="T"><tw-passagedata pid="1" name="A">x</tw-passagedata></tw-storydata>',
      ]
      return Buffer.concat([encode(head), Buffer.alloc(bytes - head.length - tail.length, 97), encode(tail)])
    }
    const send = (bytes: number) => pour('/api/imports/preview?fileName=a.html', 'text/html', bytes, page(bytes))
    expect(await send(FILE_LIMITS.importBytes)).toMatchObject({ status: 200 })
    expect(await send(FILE_LIMITS.importBytes + 1)).toMatchObject({ status: 413 })
    const flood = await pour(
      '/api/imports/preview?fileName=a.html',
      'text/html',
      FILE_LIMITS.importBytes * 100,
      new Uint8Array(MEGA).fill(97),
    )
    expect([413, CUT]).toContain(flood.status)
    // What the sockets hold on both sides comes on top of what was read.
    expect(flood.sent).toBeLessThan(FILE_LIMITS.zipPackedBytes + 50 * MEGA)
  })

  it('[F1] zip: 100 MB packed, and not a byte more', async () => {
    const story = storyZip()
    const base = zipSync({ ...story, 'pad.bin': new Uint8Array(0) }, { level: 0 }).length
    const packed = (bytes: number) => zipSync({ ...story, 'pad.bin': new Uint8Array(bytes - base) }, { level: 0 })
    const exact = packed(FILE_LIMITS.zipPackedBytes)
    expect(exact.length).toBe(FILE_LIMITS.zipPackedBytes)
    expect(kindOf(exact)).toBe('ok')
    expect(kindOf(packed(FILE_LIMITS.zipPackedBytes + 1))).toBe('too-large')
  })

  it('[F1] zip: 500 MB unpacked, and not a byte more, by what is announced as by what comes', () => {
    const entries = (last: number) => {
      const names = ['a', 'b', 'c', 'd', 'e']
      const zip = zipSync(Object.fromEntries(names.map((name) => [name, noise(1_200_000)])))
      return claiming(
        zip,
        names.map((_, i) => (i === 4 ? last : 100 * MEGA)),
      )
    }
    // Past the limits it is damaged for want of a story.
    expect(kindOf(entries(100 * MEGA))).toBe('damaged')
    expect(kindOf(entries(100 * MEGA + 1))).toBe('too-large')
    expect(kindOf(claiming(zipSync({ a: noise(6_000_000) }), [500 * MEGA * 8]))).toBe('too-large')
  })

  it('[F1] zip: 5,000 entries, and not one more', () => {
    const many = (count: number) =>
      zipSync(Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, new Uint8Array(1)])), { level: 0 })
    expect(kindOf(many(FILE_LIMITS.zipEntries))).toBe('damaged')
    expect(kindOf(many(FILE_LIMITS.zipEntries + 1))).toBe('too-large')
    expect(kindOf(many(65_000))).toBe('too-large')
  })

  it('[F1] zip: an entry a hundred times its packed size, and not a byte more', () => {
    const zip = zipSync({ a: noise(50_000) })
    const size = packedSize(zip)
    const most = size * FILE_LIMITS.zipRatio + 1024
    expect(kindOf(claiming(zip, [most]))).toBe('damaged')
    expect(kindOf(claiming(zip, [most + 1]))).toBe('unsafe-archive')
    expect(kindOf(claiming(zip, [size * 8000]))).toBe('unsafe-archive')
    expect(kindOf(zipSync({ 'manifest.json': new Uint8Array(20 * MEGA) }))).toBe('unsafe-archive')
  })

  it('[F1] zip: no archive inside, by name or by its bytes', () => {
    const inner = zipSync({ x: encode('x') })
    expect(kindOf(zipSync({ ...storyZip(), 'a.zip': encode('x') }))).toBe('unsafe-archive')
    expect(kindOf(zipSync({ ...storyZip(), 'picture.png': inner }, { level: 0 }))).toBe('unsafe-archive')
    expect(kindOf(zipSync({ ...storyZip(), 'notes.txt': Buffer.from('1f8b0800', 'hex') }))).toBe('unsafe-archive')
    expect(kindOf(zipSync({ ...storyZip(), 'notes.txt': encode('plain') }))).toBe('ok')
  })

  it('[F1] a name of 255 bytes, and not one more, letters of several bytes counted whole', async () => {
    const send = (name: string) =>
      owner.call('POST', `/api/imports/preview?fileName=${encodeURIComponent(name)}`, TWEE, {
        'content-type': 'text/plain',
        'content-length': String(TWEE.length),
      })
    const longest = `${'é'.repeat(125)}.twee`
    expect([nameFits(longest), nameFits(`${longest}e`)]).toEqual([true, false])
    expect((await send(longest)).status).toBe(200)
    expect((await send(`${longest}e`)).status).toBe(400)
    expect((await send(`${'é'.repeat(128)}`)).status).toBe(400)
    expect([400, 414, 431]).toContain((await send('a'.repeat(25_500))).status)
    expect(kindOf(zipSync({ ...storyZip(), ['n'.repeat(255)]: encode('x') }))).toBe('ok')
    expect(kindOf(zipSync({ ...storyZip(), ['n'.repeat(256)]: encode('x') }))).toBe('unsafe-archive')
  })

  it('[F2] a file that is not what it is named is refused in words', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
    for (const [name, bytes] of [
      ['story.twee', png],
      ['story.txt', Buffer.concat([Buffer.from('%PDF-1.7\n'), png])],
      ['story.md', Buffer.from('7f454c4602010100', 'hex')],
      ['story.html', Buffer.from([0xff, 0xfe, 0x41, 0, 0x42, 0])],
      ['story.zip', Buffer.from(TWEE)],
      ['story.loom.zip', Buffer.from('<html></html>')],
    ] as const)
      expect([name, ['damaged', 'unknown-format'].includes(kindOf(bytes, name))]).toEqual([name, true])
    // A zip is read as a zip, whatever its name.
    expect(kindOf(zipSync(storyZip()), 'story.txt')).toBe('ok')
  })
})

describe('names', { timeout: 180_000 }, () => {
  it('[F3] there are at least 200 of them', () => {
    expect(TRAVERSAL_NAMES.length).toBeGreaterThanOrEqual(200)
  })

  it('[F3] as the name of an imported file: kept as words, opened by nobody', async () => {
    const before = outside()
    for (const name of TRAVERSAL_NAMES) {
      const request = { fileName: name, bytes: encode(TWEE), format: 'twee3', title: 'T' }
      const read = importFile(request, fakeExchangePorts(Math.floor(Math.random() * 1e9)), 'twee3')
      if (!read.ok) throw new Error(`${JSON.stringify(name)}: ${read.error.message}`)
      const actor = { id: 'us_test', kind: 'system' } as const
      const { storyId } = await storeImport(server.services, request, read.value, actor, AbortSignal.timeout(60_000))
      const fileName = (await keptReport(server.services, storyId))?.origin.fileName
      expect(fileName).not.toMatch(/[/\\\p{C}]|^\.+$|^$/u)
    }
    expect(outside()).toEqual(before)
    expectOnlyOurFiles()
  })

  it('[F3] as the title an exported file is named by: letters, digits, dashes, and never a device', () => {
    for (const title of TRAVERSAL_NAMES) {
      const name = `${fileStem(title)}.loom.zip`
      expect([title, name]).toEqual([title, expect.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,79}\.loom\.zip$/u)])
      expect([title, /^(con|prn|aux|nul|com\d|lpt\d)\./i.test(name)]).toEqual([title, false])
      expect([title, nameFits(name)]).toEqual([title, true])
    }
    for (const name of TRAVERSAL_NAMES.filter((text) => text.isWellFormed())) {
      const header = downloadHeaders('text/plain', name)['content-disposition']
      expect([name, header]).toEqual([
        name,
        expect.stringMatching(/^attachment; filename="[\w.-]*"; filename\*=UTF-8''[\w.!~%-]*$/),
      ])
    }
  })

  it('[F3] as an entry of an archive: refused, or left out by name', () => {
    const before = outside()
    for (const name of TRAVERSAL_NAMES) {
      const zip = withEntry(name)
      const read = importFile({ fileName: 'x.zip', bytes: zip }, fakeExchangePorts())
      if (!read.ok) {
        expect([name, ['unsafe-archive', 'damaged'].includes(read.error.kind)]).toEqual([name, true])
        continue
      }
      // A name that harms nobody is an unknown file, and said so.
      const said = read.value.report.dropped.some((entry) => entry.code === 'unknown-file')
      expect([name, said || name.endsWith('/')]).toEqual([name, true])
      expect(name).not.toMatch(/[\\\0]|\.\.\/|^\//)
    }
    const link = linkEntry(zipSync({ ...storyZip(), 'link.txt': encode('/etc/passwd') }))
    const read = importFile({ fileName: 'x.zip', bytes: link }, fakeExchangePorts())
    expect(JSON.stringify(read)).not.toContain('root:')
    expect(outside()).toEqual(before)
  })

  it('[F3] as the name of a download: no such thing', async () => {
    const made = await owner.call('POST', '/api/stories', { title: 'Names' })
    const { storyId } = made.json as unknown as { storyId: string }
    for (const name of TRAVERSAL_NAMES.filter((text) => text.isWellFormed())) {
      for (const form of [encodeURIComponent(name), encodeURI(name).replace(/[?#]/g, '')]) {
        for (const path of [`/api/stories/${storyId}/blobs/${form}`, `/api/stories/${form}`]) {
          const answer = await owner.call('GET', path, undefined)
          if (answer.status === 429) throw new Error('the test asks more often than it may')
          expect([path, answer.status >= 400 || answer.status === 304]).toEqual([path, true])
          expect(answer.text).not.toMatch(/root:|nobody touches this|SQLite format/)
        }
      }
    }
  })
})

/** What lies around the data folder. */
function outside(): string[] {
  expect(readFileSync(join(around.path, 'canary.txt'), 'utf8')).toBe('nobody touches this')
  return readdirSync(around.path).sort()
}

/** Every file in the data folder has a name this program gives. */
function expectOnlyOurFiles(): void {
  const known =
    /^((events|app|index|lock)\.db(-wal|-shm|-journal)?|lock\.json|secrets(\/[a-z-]+(\.key)?)?|copies|blobs(\/([0-9a-f]{2}(\/[0-9a-f]{2}(\/[0-9a-f]{64})?)?|uploads(\/[0-9a-f]{64}\.part)?))?)$/
  const odd = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => !known.test(name))
  expect(odd).toEqual([])
}

/** The least archive that is read. */
function storyZip(): Record<string, Uint8Array> {
  const story = {
    id: 'st_01h00000000000000000000000',
    title: 'T',
    logline: '',
    language: 'en',
    direction: 'ltr',
    startSceneId: null,
    canonBranchId: 'br_01h00000000000000000000000',
    foreign: {},
  }
  const branch = {
    id: story.canonBranchId,
    name: 'Main',
    kind: 'timeline',
    parentId: null,
    forkSceneId: null,
    status: 'active',
    colour: 1,
    reason: '',
  }
  const nothing = { variables: [], scenes: [], edges: [], characters: [], panels: [], records: {} }
  return {
    'manifest.json': encode('{"format":"the-loom-archive","version":1}'),
    'story.json': encode(JSON.stringify({ story, branches: [branch], ...nothing })),
  }
}

/** An archive with one more entry of that name, also one the packer would not write. */
function withEntry(name: string): Uint8Array {
  const bytes = Buffer.from(name)
  const stand = 'Z'.repeat(bytes.length)
  const zip = Buffer.from(zipSync({ ...storyZip(), [stand]: encode('canary') }))
  for (let at = zip.indexOf(stand); at >= 0 && bytes.length > 0; at = zip.indexOf(stand, at + bytes.length))
    bytes.copy(zip, at)
  return new Uint8Array(zip)
}

/** Bytes that do not pack. */
function noise(count: number): Uint8Array {
  let state = 1
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  })
}

/** Offsets of the entries of a zip's directory. */
function directory(zip: Uint8Array): number[] {
  const view = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  const found: number[] = []
  const end = view.lastIndexOf(Buffer.from('504b0506', 'hex'))
  for (let at = view.readUInt32LE(end + 16), i = view.readUInt16LE(end + 10); i > 0; i--) {
    found.push(at)
    at += 46 + view.readUInt16LE(at + 28) + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32)
  }
  return found
}

function packedSize(zip: Uint8Array): number {
  return Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength).readUInt32LE((directory(zip)[0] ?? 0) + 20)
}

/** The zip whose directory announces other unpacked sizes. */
function claiming(zip: Uint8Array, sizes: readonly number[]): Uint8Array {
  const out = Buffer.from(zip)
  directory(zip).forEach((at, i) => out.writeUInt32LE(Math.min(sizes[i] ?? 0, 0xfffffffe), at + 24))
  return new Uint8Array(out)
}

/** The zip whose last entry says it is a symbolic link. */
function linkEntry(zip: Uint8Array): Uint8Array {
  const out = Buffer.from(zip)
  const at = directory(zip).at(-1) ?? 0
  out.writeUInt8(3, at + 5)
  out.writeUInt32LE((0o120_777 << 16) >>> 0, at + 38)
  return new Uint8Array(out)
}
