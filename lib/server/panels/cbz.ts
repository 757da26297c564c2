import { zipSync } from 'fflate'
import { escapeXml } from '#lib/panels/draw/shape.ts'

interface ComicInfoFields {
  readonly title: string
  readonly series: string
  readonly summary: string
  readonly notes: string
  /** BCP 47. */
  readonly language: string
  readonly manga: 'Unknown' | 'No' | 'Yes' | 'YesAndRightToLeft'
  readonly characters: readonly string[]
  readonly pages: readonly { readonly width: number; readonly height: number; readonly bytes: number }[]
}

/** ComicInfo.xml of schema 2.0: a sequence, so the order of the elements matters; empty ones are left out. */
export function comicInfo(fields: ComicInfoFields): string {
  const element = (name: string, value: string) => (value === '' ? '' : `  <${name}>${escapeXml(value)}</${name}>\n`)
  const pages = fields.pages
    .map(
      (page, i) =>
        `    <Page Image="${i}" Type="${i === 0 ? 'FrontCover' : 'Story'}" ImageSize="${page.bytes}" ImageWidth="${page.width}" ImageHeight="${page.height}"/>\n`,
    )
    .join('')
  return `<?xml version="1.0" encoding="utf-8"?>
<ComicInfo xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
${element('Title', fields.title)}${element('Series', fields.series)}${element('Summary', fields.summary)}${element('Notes', fields.notes)}${element('PageCount', String(fields.pages.length))}${element('LanguageISO', fields.language.slice(0, 2))}${element('Manga', fields.manga)}${element('Characters', fields.characters.join(', '))}  <Pages>
${pages}  </Pages>
</ComicInfo>
`
}

/** A stored (uncompressed) zip with fixed times: the same files give the same bytes anywhere. */
export function storedZip(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  // Zip keeps local wall time; the same local date is the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1)
  return zipSync(Object.fromEntries(files), { level: 0, mtime })
}
