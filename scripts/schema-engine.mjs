// Prisma's schema engine as WebAssembly: diffs a schema folder to SQL without downloading anything. Development and tests only.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Reads the schema files of one database folder ('app' or 'events') in the engine's form. */
export function schemaFiles(name) {
  const folder = join(root, 'prisma', name)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.prisma'))
    .sort()
    .map((file) => ({ path: join(folder, file), content: readFileSync(join(folder, file), 'utf8') }))
}

/**
 * The SQL that leads from a database file (or from nothing) to the schema of `name`; '' where they are equal.
 * `ignore` names tables that Prisma cannot describe, such as full-text indexes.
 */
export async function diffToSchema(name, fromFile, ignore = []) {
  const { SchemaEngine } = await loadEngine()
  const files = schemaFiles(name)
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaBetterSqlite3({ url: fromFile ?? ':memory:' }))
  const engine = await SchemaEngine.new(
    { datamodels: files.map((file) => [file.path, file.content]) },
    () => {},
    factory,
  )
  try {
    const answer = await engine.diff({
      from: fromFile ? { tag: 'schemaDatasource', files, configDir: join(root, 'prisma', name) } : { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: ignore, externalEnums: [] },
    })
    const sql = answer.stdout ?? ''
    return /^\s*(--[^\n]*\s*)*$/.test(sql) ? '' : sql
  } finally {
    engine.free()
  }
}

let engineModule = null
async function loadEngine() {
  if (engineModule) return engineModule
  const glueFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = await import(pathToFileURL(glueFile).href)
  const bytes = readFileSync(join(dirname(glueFile), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  engineModule = glue
  return glue
}
