import { expect, test } from 'vitest'
import { wasCut } from './ollama.ts'

test.each([
  // What Ollama does with 8,000 tokens in windows of 2,048, 4,096 and the one that was asked for.
  [{ read: 1026, expected: 8000, window: 12_288 }, true],
  [{ read: 2050, expected: 8000, window: 12_288 }, true],
  [{ read: 4096, expected: 8000, window: 12_288 }, true],
  [{ read: 6146, expected: 8000, window: 12_288 }, true],
  [{ read: 12_288, expected: 8000, window: 12_288 }, true],
  // Other tokenizers, and languages with shorter or longer tokens than estimated.
  [{ read: 8000, expected: 8000, window: 12_288 }, false],
  [{ read: 5600, expected: 8000, window: 12_288 }, false],
  [{ read: 11_000, expected: 8000, window: 12_288 }, false],
  // The wrapping of a short prompt weighs too much to judge by, and it fits anyway.
  [{ read: 40, expected: 900, window: 4096 }, false],
])('[WR36] %j was cut: %s', (tokens, cut) => expect(wasCut(tokens)).toBe(cut))
