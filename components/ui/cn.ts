import { clsx, type ClassValue } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

// Our own text sizes and row heights must be known, or `text-small` and `text-ink` would cancel each other.
const merge = extendTailwindMerge<'row'>({
  extend: {
    classGroups: {
      'font-size': [{ text: ['micro', 'small', 'ui', 'lead', 'prose', 'title', 'display'] }],
      h: ['h-row'],
      size: ['size-row'],
      'min-h': ['min-h-row'],
    },
  },
})

/** Joins class names; of two Tailwind classes that set the same thing, the later wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes))
}
