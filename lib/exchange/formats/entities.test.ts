import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { FORMATS, importFile } from '../formats.ts'

// Markup that declares entities, inclusions or other documents. Our scanner knows five names and numbers, builds no
// document and opens nothing; what it does not know stays text. Rule F4.

const story = (text: string) =>
  `<tw-storydata name="T" startnode="1"><tw-passagedata pid="1" name="A">${text}</tw-passagedata></tw-storydata>`
const doctype = (inside: string) => `<!DOCTYPE html [${inside}]>`
const lol = `<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? '' : i};`.repeat(10)}">`).join('')}`

const CASES: readonly (readonly [string, string, string])[] = [
  ['a file as an entity', doctype('<!ENTITY x SYSTEM "file:///etc/passwd">') + story('&x;'), '&x;'],
  ['a page as an entity', doctype('<!ENTITY x SYSTEM "http://127.0.0.1/x">') + story('&x;'), '&x;'],
  ['a public identifier', doctype('<!ENTITY x PUBLIC "p" "file:///etc/passwd">') + story('&x;'), '&x;'],
  ['a parameter entity', doctype('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;') + story('%x;'), '%x;'],
  [
    'a parameter entity that builds another',
    doctype(`<!ENTITY % f SYSTEM "file:///etc/passwd"><!ENTITY % e "<!ENTITY y '%f;'>">%e;`) + story('&y;'),
    '&y;',
  ],
  ['an entity of an entity', doctype('<!ENTITY a "b"><!ENTITY c "&a;&a;">') + story('&c;'), '&c;'],
  ['a billion laughs', doctype(lol) + story('&lol9;'), '&lol9;'],
  ['a circle of entities', doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">') + story('&a;'), '&a;'],
  ['one long entity many times', doctype(`<!ENTITY a "${'x'.repeat(10_000)}">`) + story('&a;'.repeat(1000)), '&a;&a;'],
  ['an outside document type', '<!DOCTYPE html SYSTEM "http://127.0.0.1/x.dtd">' + story('words'), 'words'],
  ['an XML head with another encoding', '<?xml version="1.0" encoding="UTF-16"?>' + story('words'), 'words'],
  ['a style sheet instruction', '<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>' + story('words'), 'words'],
  ['an inclusion', story('&lt;xi:include href="file:///etc/passwd" parse="text"/&gt;'), '<xi:include'],
  ['an unescaped inclusion', story('<xi:include href="file:///etc/passwd" parse="text"/>'), '<xi:include'],
  ['a character section', story('<![CDATA[&lt;b&gt;]]>'), '<![CDATA[<b>]]>'],
  ['names of HTML beyond the five', story('&NotEqualTilde;&hellip;&AMP;'), '&NotEqualTilde;&hellip;&AMP;'],
  ['an escaped escape, once', story('&amp;lt;script&amp;gt;'), '&lt;script&gt;'],
  ['numbers that are no characters', story('&#0;&#xD800;&#x110000;&#99999999;a'), '&#0;&#xD800;&#x110000;&#99999999;a'],
  ['an entity in an attribute', doctype('<!ENTITY x "y">') + story('words').replace('name="A"', 'name="&x;"'), 'words'],
  ['an entity without its end', story('&amp &lt &x'), '&amp &lt &x'],
  [
    'a file in a foreign object',
    story('&lt;svg&gt;&lt;image href="file:///etc/passwd"/&gt;&lt;/svg&gt;'),
    '<svg><image',
  ],
]

describe('entities', () => {
  it('[F4] there are at least 20 cases', () => expect(CASES.length).toBeGreaterThanOrEqual(20))

  it.each(CASES)('[F4] %s stays text', (_what, html, expected) => {
    const read = importFile({ fileName: 'x.html', bytes: new TextEncoder().encode(html) }, fakeExchangePorts())
    if (!read.ok) throw new Error(read.error.message)
    const text = JSON.stringify(read.value.document.scenes[0]?.prose)
    expect(text).toContain(JSON.stringify(expected).slice(1, -1))
    expect(text).not.toContain('root:')
    expect(text).not.toContain('lollol')
    // Nothing grows: a document is never longer than its file, but for its frame.
    expect(text.length).toBeLessThan(html.length * 2 + 1000)
  })

  it('[F4] the other readers of text know no entities at all', () => {
    const bytes = new TextEncoder().encode(
      `# T\n\n## A\n\n${doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')}\n\n:: A\n&x; &amp;\n`,
    )
    for (const format of FORMATS) {
      if (!format.read || format.id === 'archive' || format.id === 'twine-html') continue
      const read = importFile({ fileName: 'x', bytes }, fakeExchangePorts(), format.id)
      expect([format.id, read.ok && JSON.stringify(read.value.document)]).toEqual([
        format.id,
        expect.stringContaining('&x; &amp;'),
      ])
    }
  })
})
