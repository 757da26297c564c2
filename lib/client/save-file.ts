/** Hands bytes or text to the person as a file of that name. */
export function saveFile(content: Blob | string, name: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/plain' }) : content
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the address after the click; a minute is long enough for any file we make here.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** A title as the name of a file. */
export function fileNameOf(title: string, extension: string): string {
  return `${title.replace(/[^\p{L}\p{N} _-]/gu, '').slice(0, 60)}.${extension}`
}
