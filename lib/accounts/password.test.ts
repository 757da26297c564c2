import { describe, expect, test } from 'vitest'
import { login, password, personName, weakness } from './password.ts'

const about = { login: 'mara@example.org', name: 'Mara Quill' }
const common = new Set(['password', 'dragon', 'qwertyuiop', 'letmein!'])

describe('length', () => {
  test.each([
    ['1234567', false],
    ['12345678', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['seven quiet lanterns', true],
    ['日本語の長い合言葉', true],
    ['🦊🦊🦊🦊🦊🦊🦊', false],
    ['🦊🦊🦊🦊🦊🦊🦊🦊', true],
  ])('[AC10] %s: %s', (text, fits) => expect(password.safeParse(text).success).toBe(fits))
})

describe('weakness', () => {
  test.each(['password', 'PassWord', 'password1', 'dragon!!', 'Qwertyuiop99', 'letmein!'])(
    '[AC11] %s is common',
    (text) => {
      expect(weakness(text, about, common)).toMatch(/common/)
    },
  )
  test.each(['aaaaaaaaaa', 'abababababab', '11111111'])('[AC11] %s repeats itself', (text) => {
    expect(weakness(text, about, common)).toMatch(/repeats/)
  })
  test.each(['mara@example.org', 'Mara Quill', 'mara quill7', 'MARA@EXAMPLE.ORG'])(
    '[AC12] %s is one’s own name',
    (text) => {
      expect(weakness(text, about, common)).toMatch(/own name/)
    },
  )
  test.each([
    'seven quiet lanterns',
    'dragon of the north',
    'correct-horse',
    'password and ten more',
    'mara likes tea',
  ])('[AC11] %s is fine', (text) => {
    expect(weakness(text, about, common)).toBeNull()
  })
})

test('[AC13] sign-in names are lower case, trimmed, without spaces', () => {
  expect(login.parse('  Mara@Example.ORG ')).toBe('mara@example.org')
  for (const wrong of ['', 'a', 'two words', 'x'.repeat(121), 'tab\tbed', 'nul\0'])
    expect(login.safeParse(wrong).success).toBe(false)
})

test('[AC13] names keep every script and no control characters', () => {
  expect(personName.parse(' Łucja 王 ')).toBe('Łucja 王')
  for (const wrong of ['', '   ', 'a\u0007b', 'x'.repeat(81), 'bidi\u202Etrick'])
    expect(personName.safeParse(wrong).success).toBe(false)
})
