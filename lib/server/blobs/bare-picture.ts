// Whether a picture file holds its pixels and nothing else: no place, time, owner, comment, profile or second file
// (security.md F2). Looks at the container only; that the pixels decode is found out elsewhere.

const PNG_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'pHYs'])
const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH'])

/** True when every part of the file is needed to show it, and nothing follows its end. */
export function isBarePicture(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file[0] === 0x89) return barePng(file)
  if (file[0] === 0xff) return bareJpeg(file)
  return file.toString('latin1', 0, 4) === 'RIFF' && bareWebp(file)
}

function barePng(file: Buffer): boolean {
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    if (!PNG_CHUNKS.has(type) || end > file.length) return false
    if (type === 'IEND') return end === file.length
    at = end
  }
  return false
}

/** Segments of JPEG that carry no picture are APP1-APP13, APP15 and comments; APP0 and APP14 say how to read colours. */
function bareJpeg(file: Buffer): boolean {
  for (let at = 2; at + 4 <= file.length + 2;) {
    if (file[at] !== 0xff) return false
    const marker = file[at + 1] ?? 0
    if (marker === 0xd9) return at + 2 === file.length
    if (marker === 0xff || marker < 0xc0 || at + 4 > file.length) return false
    const size = file.readUInt16BE(at + 2)
    if (marker === 0xfe || (marker >= 0xe1 && marker <= 0xef && marker !== 0xee)) return false
    // A long APP0 or APP14 is no colour note but room for something else.
    if ((marker === 0xe0 || marker === 0xee) && size > 16) return false
    at += 2 + size
    if (marker === 0xda) at = afterScan(file, at)
  }
  return false
}

/** Where the entropy-coded data of a scan ends: at the next marker that is neither stuffing nor a restart. */
function afterScan(file: Buffer, from: number): number {
  let at = file.indexOf(0xff, from)
  while (at >= 0) {
    const next = file[at + 1] ?? 0
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
    at = file.indexOf(0xff, at + 2)
  }
  return file.length
}

function bareWebp(file: Buffer): boolean {
  if (file.length < 12 || file.readUInt32LE(4) + 8 !== file.length) return false
  let at = 12
  while (at + 8 <= file.length) {
    if (!WEBP_CHUNKS.has(file.toString('latin1', at, at + 4))) return false
    const size = file.readUInt32LE(at + 4)
    at += 8 + size + (size % 2)
  }
  return at === file.length
}
