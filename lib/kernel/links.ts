/**
 * Whether a text may link there (security.md C8): the web or a mail address, written out. Everything else, script and
 * file addresses first of all, stays plain text.
 */
export function linkAllowed(href: string): boolean {
  return /^(https?:\/\/[^\s/]|mailto:[^\s])/i.test(href)
}

/** What a link to elsewhere carries: the other page learns nothing of this one and cannot reach it. */
export const LINK_REL = 'noopener noreferrer nofollow'
