import { messages } from '#components/messages/messages.ts'
import type { Finding } from '#lib/qc/report.ts'

const words = messages.panels

export const percent = (value: number) => `${Math.round(value * 10_000) / 100}%`

interface FindingOverlayProps {
  /** Size of what is covered; the findings' regions are in the same px. */
  readonly width: number
  readonly height: number
  readonly findings: readonly Finding[]
}

/** Regions of findings with their numbers, over a picture or page. */
export function FindingOverlay({ width, height, findings }: FindingOverlayProps) {
  if (findings.length === 0) return null
  const marks = findings.map((finding, index) => {
    const { region } = finding
    const inset = index * 4
    const x = Math.max(2, region.x) + inset
    const y = Math.max(2, region.y) + inset
    const w = Math.max(8, Math.min(width - 2, region.x + region.w) - x)
    const h = Math.max(8, Math.min(height - 2, region.y + region.h) - y)
    // A finding about the whole picture frames it and speaks at its foot.
    const whole = region.w * region.h > 0.9 * width * height
    return { finding, index, x, y, w, h, whole, colour: OVERLAY[finding.severity] ?? OVERLAY.redraw }
  })
  const stackOf = (at: number) =>
    marks.filter(
      (other) =>
        other.index < at &&
        !other.whole &&
        Math.abs(other.x - (marks[at]?.x ?? 0)) < width * 0.05 &&
        Math.abs(other.y - (marks[at]?.y ?? 0)) < height * 0.05,
    ).length
  const atFoot = marks.filter((mark) => mark.whole)
  return (
    <div aria-hidden data-findings={findings.length} className="pointer-events-none absolute inset-0 overflow-hidden">
      <svg viewBox={`0 0 ${width} ${height}`} className="absolute inset-0 h-full w-full">
        {marks.map(({ finding, index, x, y, w, h, whole, colour }) => (
          <g key={`${finding.category}-${index}`} fill="none">
            <rect x={x} y={y} width={w} height={h} stroke="#ffffff" strokeOpacity={0.85} strokeWidth={8} />
            <rect
              x={x}
              y={y}
              width={w}
              height={h}
              fill={colour}
              fillOpacity={whole ? 0 : 0.1}
              stroke={colour}
              strokeWidth={4}
              strokeDasharray={finding.severity === 'note' ? '10 8' : undefined}
            />
          </g>
        ))}
      </svg>
      {marks
        .filter((mark) => !mark.whole)
        .map((mark) => (
          <span
            key={`${mark.finding.category}-${mark.index}`}
            className="absolute max-w-[60%]"
            style={{
              ...(mark.x > width * 0.6
                ? { right: percent(1 - (mark.x + mark.w) / width) }
                : { left: percent(mark.x / width) }),
              // Labels of findings about one and the same spot stand below each other.
              top: `calc(${percent(mark.y / height)} + ${stackOf(mark.index) * 1.5}rem)`,
            }}
          >
            <FindingLabel finding={mark.finding} index={mark.index} colour={mark.colour} />
          </span>
        ))}
      <div className="absolute inset-x-1 bottom-1 flex flex-col items-start gap-0.5">
        {atFoot.map((mark) => (
          <FindingLabel
            key={`${mark.finding.category}-${mark.index}`}
            finding={mark.finding}
            index={mark.index}
            colour={mark.colour}
          />
        ))}
      </div>
    </div>
  )
}

/** Dark enough under white words, in both themes: the picture below does not change with them. */
const OVERLAY: Readonly<Record<string, string>> & { readonly redraw: string } = {
  note: '#24507a',
  review: '#7d5000',
  redraw: '#a3211a',
}

/** Number and measure of one finding, in letters that keep their size on a small picture; on phones the number alone. */
function FindingLabel({ finding, index, colour }: { finding: Finding; index: number; colour: string }) {
  return (
    <span
      className="block truncate rounded-sm px-1.5 py-0.5 text-small leading-tight font-medium"
      style={{ backgroundColor: '#1c1b19', color: '#ffffff', borderLeft: `4px solid ${colour}` }}
    >
      {index + 1}
      <span className="hidden sm:inline">
        . {words.categories[finding.category] ?? finding.category} {finding.measure} {finding.unit}
      </span>
    </span>
  )
}
