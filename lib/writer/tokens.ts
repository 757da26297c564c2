/**
 * A rough token count of a text, for budgets and previews; never a price and never shown without the word
 * "about". English prose runs near 4 characters a token; scripts without spaces run near 1.5, so those
 * characters weigh more. Deterministic, so that the same pack always has the same budget.
 */
export function estimateTokens(text: string): number {
  let quarters = 0
  for (const char of text) quarters += (char.codePointAt(0) ?? 0) > 0x2e7f ? 3 : 1
  return Math.ceil(quarters / 4)
}

/** The last part of a text within a token estimate, cut at a paragraph or sentence border where one is near. */
export function tailWithin(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text
  let start = Math.max(0, text.length - tokens * 4)
  while (start < text.length && estimateTokens(text.slice(start)) > tokens) start += 64
  const window = text.slice(start, start + 400)
  const border = window.search(/\n\n|[.!?]["”’]?\s/)
  const cut = border < 0 ? start : start + border
  return text
    .slice(cut)
    .replace(/^[.!?]["”’]?\s+/, '')
    .trimStart()
}
