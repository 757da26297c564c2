import type { LossEntry, LossReport } from '#lib/exchange/report.ts'

/** A loss report in lines for a terminal. */
export function reportText(report: LossReport): string {
  const counts = Object.entries(report.imported).map(([noun, count]) => `${count} ${noun}`)
  const list = (title: string, entries: readonly LossEntry[]) =>
    entries.length === 0 ? [] : [`${title}:`, ...entries.map((entry) => `  ${placeText(entry)}${entry.message}`)]
  return [
    counts.join(', '),
    ...list('Changed', report.changed),
    ...list('Left out', report.dropped),
    ...list('Warnings', report.warnings),
  ].join('\n')
}

function placeText({ place }: LossEntry): string {
  const parts = [place.line === undefined ? '' : `line ${place.line}`, place.scene ?? '', place.path ?? '']
  const text = parts.filter((part) => part !== '').join(', ')
  return text === '' ? '' : `${text}: `
}
