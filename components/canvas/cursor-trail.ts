interface Sample {
  readonly x: number
  readonly y: number
  /** Milliseconds on the page's clock at arrival. */
  readonly at: number
}

/** Drawn this late, so that there is mostly a next sample to glide to (collab.md 6: 80-100 ms). */
const LATE_MS = 90
/** After a gap this long the cursor jumps instead of gliding. */
const JUMP_MS = 500

/** The recent samples of one remote cursor; answers where to draw it at a time. */
export class CursorTrail {
  private samples: Sample[] = []

  /** Takes a sample that arrived at `now` ms. */
  add(place: { readonly x: number; readonly y: number }, now: number): void {
    const last = this.samples.at(-1)
    if (last && now - last.at > JUMP_MS) this.samples = []
    this.samples.push({ x: place.x, y: place.y, at: now })
    while (this.samples.length > 2 && (this.samples[1]?.at ?? now) < now - JUMP_MS) this.samples.shift()
  }

  /** The place at `now` ms, and whether it will still move without a new sample. */
  at(now: number): { x: number; y: number; moving: boolean } {
    const wanted = now - LATE_MS
    const next = this.samples.findIndex((sample) => sample.at > wanted)
    const newest = this.samples.at(-1)
    if (!newest) return { x: 0, y: 0, moving: false }
    const b = this.samples[next]
    const a = this.samples[next - 1]
    if (next === -1) return { x: newest.x, y: newest.y, moving: false }
    if (!a || !b) return { x: (b ?? newest).x, y: (b ?? newest).y, moving: this.samples.length > 1 }
    const share = (wanted - a.at) / (b.at - a.at)
    return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share, moving: true }
  }
}
