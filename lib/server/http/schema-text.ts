/** Schemas named by references are opened this deep; below that only their name is shown. */
const OPEN_DEPTH = 4

type Json = Readonly<Record<string, unknown>>

/**
 * Writes a JSON schema the way a person would note it down: `{ name: string (1-80), roles: ("a" | "b")[], note?: string }`.
 * `document` is the OpenAPI document that references point into.
 */
export function schemaText(schema: unknown, document: unknown, indent = 0, depth = 0): string {
  if (!isJson(schema)) return 'anything'
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].split('/').at(-1) ?? ''
    return depth < OPEN_DEPTH ? schemaText(lookUp(document, schema['$ref']), document, indent, depth + 1) : name
  }
  const inner = (part: unknown, deeper = 0) => schemaText(part, document, indent + deeper, depth)
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ')
  for (const key of ['anyOf', 'oneOf']) {
    const options = schema[key]
    if (Array.isArray(options)) return [...new Set(options.map((option) => inner(option)))].join(' | ')
  }
  if (Array.isArray(schema['allOf'])) return schema['allOf'].map((part) => inner(part)).join(' & ')
  if (Array.isArray(schema['type'])) return schema['type'].map((type) => inner({ ...schema, type })).join(' | ')
  if (schema['type'] === 'object') return objectText(schema, document, indent, depth)
  if (schema['type'] === 'array') {
    const item = inner(schema['items'])
    const many = bounds(schema, 'minItems', 'maxItems')
    return `${/ \| | & /.test(item) && !item.startsWith('{') ? `(${item})` : item}[]${many}`
  }
  if (schema['type'] === 'string') {
    const format =
      typeof schema['format'] === 'string' ? ` (${schema['format']})` : bounds(schema, 'minLength', 'maxLength')
    return `string${format}`
  }
  if (schema['type'] === 'number' || schema['type'] === 'integer')
    return `${schema['type']}${bounds(schema, 'minimum', 'maximum')}`
  return typeof schema['type'] === 'string' ? schema['type'] : 'anything'
}

function objectText(schema: Json, document: unknown, indent: number, depth: number): string {
  const properties = isJson(schema['properties']) ? Object.entries(schema['properties']) : []
  const rest = schema['additionalProperties']
  if (properties.length === 0) {
    return isJson(rest) ? `{ [key]: ${schemaText(rest, document, indent, depth)} }` : rest === false ? '{}' : 'object'
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const lines = properties.map(([name, part]) => {
    const text = schemaText(part, document, indent + 1, depth)
    return `${name}${required.includes(name) ? '' : '?'}: ${text}`
  })
  const short = `{ ${lines.join(', ')} }`
  if (short.length <= 72 && !short.includes('\n')) return short
  const pad = '  '.repeat(indent)
  return `{\n${lines.map((line) => `${pad}  ${line}`).join('\n')}\n${pad}}`
}

function bounds(schema: Json, low: string, high: string): string {
  const [min, max] = [schema[low], schema[high]].map((value) =>
    typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined,
  )
  if (min === undefined && max === undefined) return ''
  return min === undefined ? ` (at most ${max})` : max === undefined ? ` (at least ${min})` : ` (${min}-${max})`
}

function lookUp(document: unknown, reference: string): unknown {
  let current = document
  for (const key of reference.slice(2).split('/')) current = isJson(current) ? current[key] : undefined
  return current
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
