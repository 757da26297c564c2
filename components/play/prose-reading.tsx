import { createElement, Fragment, type ReactNode } from 'react'
import { LINK_REL, linkAllowed } from '#lib/kernel/links.ts'
import type { ProseDoc, ProseNode } from '#lib/prose/document.ts'
import { withoutLinkSigns } from '#lib/exchange/twine-links.ts'
import '#components/prose/prose.css'

const BLOCKS: Readonly<Record<string, string>> = {
  paragraph: 'p',
  blockquote: 'blockquote',
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  codeBlock: 'pre',
  horizontalRule: 'hr',
  hardBreak: 'br',
}
const MARKS: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  strike: 's',
  underline: 'u',
  code: 'code',
}

/** A scene's text as a reader sees it. Links typed as `[[…]]` show their words: the choice stands below. */
export function ProseReading({ doc }: { doc: ProseDoc }) {
  return <div className="prose-text prose-page">{doc.content.map((node, i) => blockOf(node, i))}</div>
}

function blockOf(node: ProseNode, key: number): ReactNode {
  if (node.type === 'text') return <Fragment key={key}>{textOf(node)}</Fragment>
  const level = Math.min(6, Number(node.attrs?.['level'] ?? 1) + 2)
  const tag = node.type === 'heading' ? `h${level}` : (BLOCKS[node.type] ?? 'div')
  const start = node.type === 'orderedList' ? Number(node.attrs?.['start'] ?? 1) : undefined
  const children = node.content?.map((child, i) => blockOf(child, i))
  return createElement(tag, { key, ...(start === undefined ? {} : { start }) }, ...(children ?? []))
}

function textOf(node: ProseNode): ReactNode {
  return (node.marks ?? []).reduce<ReactNode>(
    (inner, mark) => {
      if (mark.type === 'link') return linked(String(mark.attrs?.['href'] ?? ''), inner)
      const tag = MARKS[mark.type]
      return tag ? createElement(tag, null, inner) : inner
    },
    withoutLinkSigns(node.text ?? ''),
  )
}

function linked(href: string, inner: ReactNode): ReactNode {
  if (!linkAllowed(href)) return inner
  return (
    <a href={href} target="_blank" rel={LINK_REL}>
      {inner}
    </a>
  )
}
