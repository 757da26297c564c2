'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { SessionUser } from '#lib/client/accounts.ts'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { PersonMenu } from './person-menu.tsx'
import { PLACE_IDS, type PlaceId } from './place-ids.ts'
import { PLACE_ICONS, PLACE_KEYS, placeById, PLACES } from './places.tsx'
import { useCommandList } from './shortcuts.ts'
import { usePlaceLink } from './story-links.ts'
import { Wordmark } from './wordmark.tsx'

const words = messages.shell
const MAIN: readonly PlaceId[] = ['write', 'graph', 'comic', 'world', 'room']

/** The places of the story: a rail at the left, a bar at the bottom of a phone. */
export function Rail({ place, user }: { place: PlaceId; user: SessionUser }) {
  const router = useRouter()
  const linkTo = usePlaceLink()
  useCommandList(
    PLACES.map(({ id }) => ({
      id: `go.${id}`,
      title: words.commands.goTo(words.places[id]),
      group: 'go' as const,
      keys: PLACE_KEYS[id],
      run: () => router.push(linkTo(id)),
    })),
  )
  // In the order of the design, whatever the order of the registry.
  const existing = PLACE_IDS.filter((id) => placeById(id) !== null)
  const above = existing.filter((id) => MAIN.includes(id))
  const below = existing.filter((id) => !MAIN.includes(id))

  return (
    <nav
      aria-label={words.rail.label}
      className="order-last flex h-14 items-stretch justify-around border-t bg-sunken pb-[env(safe-area-inset-bottom)] md:order-none md:row-span-3 md:h-auto md:flex-col md:justify-start md:gap-1 md:border-t-0 md:border-r md:py-2"
    >
      <Tooltip label={words.header.toShelf} side="right">
        <Link
          href="/"
          prefetch={false}
          aria-label={words.header.toShelf}
          className="mx-auto mb-2 hidden size-10 place-items-center rounded-md transition-colors hover:bg-hover md:grid"
        >
          <Wordmark />
        </Link>
      </Tooltip>
      {above.map((id) => (
        <RailLink key={id} id={id} current={id === place} href={linkTo(id)} />
      ))}
      <span className="hidden flex-1 md:block" />
      {below.map((id) => (
        <RailLink key={id} id={id} current={id === place} href={linkTo(id)} />
      ))}
      <div className="mx-auto mt-2 hidden md:block">
        <PersonMenu user={user} side="right" />
      </div>
    </nav>
  )
}

function RailLink({ id, current, href }: { id: PlaceId; current: boolean; href: string }) {
  const Icon = PLACE_ICONS[id]
  return (
    <Tooltip label={words.commands.goTo(words.places[id])} keys={PLACE_KEYS[id]} side="right">
      <Link
        href={href}
        // The address holds the selection: fetched ahead, every click on a scene would ask for seven pages.
        prefetch={false}
        onPointerEnter={() => placeById(id)?.load()}
        aria-current={current ? 'page' : undefined}
        className={cn(
          'relative flex min-w-11 flex-1 flex-col items-center justify-center gap-0.5 text-micro font-medium text-ink-soft transition-colors -outline-offset-2 hover:text-ink md:h-13 md:flex-none',
          'before:absolute before:bg-transparent max-md:before:inset-x-3 max-md:before:top-0 max-md:before:h-0.5 md:before:inset-y-2 md:before:left-0 md:before:w-0.5',
          current && 'text-madder before:bg-madder hover:text-madder',
        )}
      >
        <Icon aria-hidden className="size-5" strokeWidth={1.75} />
        {words.places[id]}
      </Link>
    </Tooltip>
  )
}
