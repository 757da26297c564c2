import { BRANCH_HUES } from '#components/ui/tokens.ts'
import { seedFrom, seededRandom } from '#lib/kernel/random.ts'

const WIDTH = 240
const HEIGHT = 56
const SHOWN = 8

/**
 * A strip of cloth for a card: one thread per branch (up to eight), woven by the story's id, so that each story is
 * recognised by its pattern. Decoration; the numbers beside it are the truth.
 */
export function Cover({ id, branches }: { id: string; branches: number }) {
  const random = seededRandom(seedFrom(id))
  const start = Math.floor(random() * BRANCH_HUES.length)
  const threads = Array.from({ length: Math.min(Math.max(branches, 1), SHOWN) }, (_, index) => {
    const hue = BRANCH_HUES[(start + index * 5) % BRANCH_HUES.length]
    const y = HEIGHT / 2
    const end = HEIGHT * (0.16 + 0.68 * random())
    const fork = index === 0 ? 0 : WIDTH * (0.12 + 0.5 * random())
    const bend = (WIDTH - fork) * (0.3 + 0.3 * random())
    const from = index === 0 ? `M0 ${y}` : `M${fork} ${y}`
    const to = index === 0 ? y : end
    return { hue, path: `${from}C${fork + bend} ${y} ${WIDTH - bend} ${to} ${WIDTH} ${to}` }
  })
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      fill="none"
      aria-hidden
      className="block h-14 w-full bg-sunken"
    >
      {Array.from({ length: 24 }, (_, n) => (
        <path key={n} d={`M${5 + n * 10} 0V${HEIGHT}`} stroke="var(--line)" />
      ))}
      {threads.map(({ hue, path }) => (
        <path key={path} d={path} stroke={hue?.hex} strokeWidth="2.5" vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  )
}
