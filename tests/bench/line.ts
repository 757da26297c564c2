/** One speed figure beside its reference from the same run. A figure that could not be measured says why and has no number. */
export interface BenchLine {
  readonly name: string
  readonly unit: string
  readonly value: number | null
  readonly reference: { readonly name: string; readonly value: number | null }
  /** The goal in words, e.g. `>= 2.5x`. */
  readonly goal: string
  /** null when it was not measured. */
  readonly met: boolean | null
  readonly note?: string
}
