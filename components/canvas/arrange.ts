import type { Box } from '#lib/story/queries.ts'

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'
export type Axis = 'across' | 'down'

export interface Move {
  readonly id: string
  readonly x: number
  readonly y: number
}

/** New places that put the boxes' edges or middles on one line; only those that move. Whole px. */
export function align(boxes: readonly Box[], how: Alignment): readonly Move[] {
  if (boxes.length < 2) return []
  const least = (read: (box: Box) => number) => Math.min(...boxes.map(read))
  const most = (read: (box: Box) => number) => Math.max(...boxes.map(read))
  const left = least((box) => box.x)
  const right = most((box) => box.x + box.width)
  const top = least((box) => box.y)
  const bottom = most((box) => box.y + box.height)
  const place = (box: Box): { x: number; y: number } => {
    switch (how) {
      case 'left':
        return { x: left, y: box.y }
      case 'right':
        return { x: right - box.width, y: box.y }
      case 'centre':
        return { x: Math.round((left + right - box.width) / 2), y: box.y }
      case 'top':
        return { x: box.x, y: top }
      case 'bottom':
        return { x: box.x, y: bottom - box.height }
      case 'middle':
        return { x: box.x, y: Math.round((top + bottom - box.height) / 2) }
    }
  }
  return changed(boxes, place)
}

/** New places with equal gaps between the outermost two boxes along an axis; only those that move. Whole px. */
export function distribute(boxes: readonly Box[], axis: Axis): readonly Move[] {
  if (boxes.length < 3) return []
  const start = (box: Box) => (axis === 'across' ? box.x : box.y)
  const size = (box: Box) => (axis === 'across' ? box.width : box.height)
  const sorted = [...boxes].sort((a, b) => start(a) - start(b))
  const first = sorted[0]
  const last = sorted.at(-1)
  if (!first || !last) return []
  const room = start(last) + size(last) - start(first)
  const gap = (room - sorted.reduce((sum, box) => sum + size(box), 0)) / (sorted.length - 1)
  const places = new Map<string, number>()
  let at = start(first)
  for (const box of sorted) {
    places.set(box.id, Math.round(at))
    at += size(box) + gap
  }
  return changed(boxes, (box) => {
    const to = places.get(box.id) ?? start(box)
    return axis === 'across' ? { x: to, y: box.y } : { x: box.x, y: to }
  })
}

function changed(boxes: readonly Box[], place: (box: Box) => { x: number; y: number }): Move[] {
  return boxes.flatMap((box) => {
    const { x, y } = place(box)
    return x === box.x && y === box.y ? [] : [{ id: box.id, x, y }]
  })
}
