const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
})

/** Relative luminance (WCAG) of an sRGB colour given as channels 0..255; 0 black, 1 white. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * (LINEAR[red] ?? 0) + 0.7152 * (LINEAR[green] ?? 0) + 0.0722 * (LINEAR[blue] ?? 0)
}

/** The same of a colour written `#rrggbb`. */
export function luminanceOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16)
  return luminance((value >> 16) & 255, (value >> 8) & 255, value & 255)
}

/** Contrast of two relative luminances (WCAG), 1..21. */
export function contrastRatio(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}
