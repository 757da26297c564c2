import { expect, test } from 'vitest'
import { schemaText } from './schema-text.ts'

const document = {
  components: { schemas: { User: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } } },
}

test.each<[string, unknown, string]>([
  ['a string', { type: 'string' }, 'string'],
  ['a bounded string', { type: 'string', minLength: 1, maxLength: 80 }, 'string (1-80)'],
  ['a time', { type: 'string', format: 'date-time' }, 'string (date-time)'],
  ['a safe integer', { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }, 'integer'],
  ['a floor', { type: 'integer', minimum: 1 }, 'integer (at least 1)'],
  ['a choice', { type: 'string', enum: ['a', 'b'] }, '"a" | "b"'],
  ['a list of choices', { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 3 }, '("a" | "b")[] (at most 3)'],
  ['something or nothing', { type: ['string', 'null'] }, 'string | null'],
  ['a union', { anyOf: [{ type: 'string' }, { type: 'string' }, { type: 'null' }] }, 'string | null'],
  ['a reference', { $ref: '#/components/schemas/User' }, '{ id: string }'],
  ['a map', { type: 'object', additionalProperties: { type: 'number' } }, '{ [key]: number }'],
  [
    'an optional field',
    { type: 'object', properties: { a: { type: 'string' }, b: { const: 1 } }, required: ['b'] },
    '{ a?: string, b: 1 }',
  ],
  ['anything', {}, 'anything'],
])('%s', (_, schema, text) => expect(schemaText(schema, document)).toBe(text))

test('what is long goes on lines of its own', () => {
  const properties = Object.fromEntries(
    ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'].map((name) => [name, { type: 'string' }]),
  )
  expect(schemaText({ type: 'object', properties, required: ['alpha'] }, document)).toMatch(
    /^{\n {2}alpha: string\n {2}beta\?: string\n[\s\S]*\n}$/,
  )
})

test('a schema that contains itself ends', () => {
  const loop = {
    components: {
      schemas: {
        Tree: { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
      },
    },
  }
  expect(schemaText({ $ref: '#/components/schemas/Tree' }, loop)).toContain('Tree[]')
})
