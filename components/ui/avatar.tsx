import { cn } from './cn.ts'
import { branchVar } from './tokens.ts'

/** The first letters of up to two words of a name. */
function initials(name: string): string {
  const parts = name.trim().split(/\s+/)
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : [parts[0]]
  return letters
    .map((part) => [...(part ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}

export interface AvatarProps {
  name: string
  /** A person's colour 1..12 in this story; without it the avatar is plain ink. */
  colour?: number | undefined
  className?: string | undefined
}

/** A person as a ring with initials. The name belongs to whatever holds it: a button's label, a list's text. */
export function Avatar({ name, colour, className }: AvatarProps) {
  return (
    <span
      aria-hidden
      // Drawn by CSS: as text the letters would count as the visible name of the button around them.
      data-initials={initials(name)}
      style={{ borderColor: colour === undefined ? undefined : branchVar(colour) }}
      className={cn(
        'grid size-7 shrink-0 place-items-center rounded-full border-2 border-control bg-raised text-micro font-semibold text-ink select-none before:content-[attr(data-initials)]',
        className,
      )}
    />
  )
}
