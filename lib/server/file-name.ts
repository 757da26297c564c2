/** Names Windows keeps for its devices, whatever follows the dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** A title as a file name without extension that every system takes: letters, digits, `-` and `_`, at most 80 (F3). */
export function fileStem(title: string): string {
  const stem = title
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/\s+/g, '-')
    .replace(/^[-_]+/, '')
  // A cut through a pair of units would leave half a letter.
  const short = stem.slice(0, 80).replace(/[\ud800-\udbff]$/, '')
  return short === '' || DEVICES.test(short) ? 'story' : short
}

/** Headers of an answer that is a file to keep: never shown in our origin, whatever its type (C6). */
export function downloadHeaders(type: string, fileName: string): Record<string, string> {
  const plain = fileName.replace(/[^\w.-]/g, '_')
  // encodeURIComponent leaves signs that mean something in this header.
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}
