import { Link } from '@tiptap/extension-link'
import { LINK_REL, linkAllowed } from '#lib/kernel/links.ts'

/**
 * Links inside the text. A link is its address and nothing more: what else a pasted page or another person's editor
 * hangs on it (targets, classes, an opener) is not taken over.
 */
export const TextLink = Link.extend({
  addAttributes: () => ({ href: { default: null } }),
}).configure({
  openOnClick: false,
  autolink: false,
  isAllowedUri: (url) => linkAllowed(url),
  HTMLAttributes: { target: '_blank', rel: LINK_REL },
})
