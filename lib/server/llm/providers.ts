import { InvalidInputError, NotConfiguredError } from '#lib/kernel/errors.ts'
import type { Clock, Random } from '#lib/kernel/ports.ts'
import type { ProviderView } from '#lib/writer/run.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { FIRST_TOKEN_MS, guarded } from './guard.ts'
import { openKey, sealKey } from './keys.ts'
import { providerRegistry } from './registry.ts'
import type { Provider } from './port.ts'
import type { ProviderEntry, ProviderKind } from './registry.ts'

/** A provider ready to be called, with the model the settings name. */
export interface ReadyProvider {
  readonly kind: ProviderKind
  readonly model: string
  /** `kind/model`, as stored with everything it writes. */
  readonly label: string
  readonly provider: Provider
}

export interface ProviderChange {
  readonly enabled: boolean
  readonly baseUrl: string
  readonly model: string
  /** Left out keeps the key; null removes it. */
  readonly key?: string | null | undefined
}

export interface Providers {
  readonly list: () => Promise<ProviderView[]>
  /** Stores settings. Throws InvalidInputError for an address that may not be used. */
  readonly put: (kind: ProviderKind, change: ProviderChange, userId: string) => Promise<ProviderView>
  /** The provider to call. Throws NotConfiguredError, saying how to get it. */
  readonly ready: (kind: ProviderKind) => Promise<ReadyProvider>
  /** As `ready`, also for one that is switched off or has no model yet: for the settings page's test. */
  readonly configured: (kind: ProviderKind) => Promise<ReadyProvider>
}

interface ProvidersPorts {
  readonly app: AppDb
  readonly secret: Buffer
  readonly outbound: Outbound
  readonly clock: Clock
  readonly random: Random
  readonly audit: Pick<Audit, 'record'>
}

interface Settings {
  readonly enabled: boolean
  readonly baseUrl: string
  readonly model: string
  readonly key: string | null
  readonly keyLast4: string | null
  readonly mark: string
}

/** Settings of all providers and the guarded ones made from them; one guard, and so one circuit, per setting. */
export function createProviders({ app, secret, outbound, clock, random, audit }: ProvidersPorts): Providers {
  const made = new Map<ProviderKind, { readonly mark: string; readonly provider: Provider }>()

  async function settings(entry: ProviderEntry): Promise<Settings> {
    const row = await app.providerSetting.findUnique({ where: { kind: entry.kind } })
    if (entry.kind === 'offline' || !row) {
      const enabled = entry.kind === 'offline'
      const baseUrl = entry.defaultBaseUrl ?? ''
      return { enabled, baseUrl, model: entry.defaultModel, key: null, keyLast4: null, mark: 'default' }
    }
    const key = row.keyCipher === null ? null : openKey(row.keyCipher, secret, entry.kind)
    const keyLast4 = key === null ? null : row.keyLast4
    const { enabled, baseUrl, model } = row
    return { enabled, baseUrl, model, key, keyLast4, mark: row.changedAt.toISOString() }
  }

  function build(entry: ProviderEntry, from: Settings): ReadyProvider {
    let known = made.get(entry.kind)
    if (known?.mark !== from.mark) {
      const raw = entry.create({ baseUrl: from.baseUrl, model: from.model, apiKey: from.key })
      const limits = { firstTokenMs: FIRST_TOKEN_MS[raw.capabilities(from.model).opening] }
      known = { mark: from.mark, provider: guarded(raw, { outbound, clock, random, limits }) }
      made.set(entry.kind, known)
    }
    return { kind: entry.kind, model: from.model, label: `${entry.kind}/${from.model}`, provider: known.provider }
  }

  function view(entry: ProviderEntry, from: Settings): ProviderView {
    const { provider } = build(entry, from)
    return {
      kind: entry.kind,
      enabled: from.enabled,
      ready: from.enabled && from.model !== '' && !lacksKey(entry, from),
      baseUrl: entry.defaultBaseUrl === null ? null : from.baseUrl,
      model: from.model,
      label: `${entry.kind}/${from.model || '?'}`,
      keyLast4: from.keyLast4,
      needsKey: entry.needsKey,
      hostClass: provider.capabilities(from.model).hostClass,
    }
  }

  async function configured(kind: ProviderKind): Promise<ReadyProvider> {
    const entry = entryOf(kind)
    const from = await settings(entry)
    if (lacksKey(entry, from)) throw new NotConfiguredError(`No key is set for ${kind}. Set it under Settings, Writer.`)
    return build(entry, from)
  }

  return {
    list: () => Promise.all(providerRegistry.map(async (entry) => view(entry, await settings(entry)))),
    put: async (kind, change, userId) => {
      const entry = entryOf(kind)
      if (kind === 'offline') throw new InvalidInputError('The offline provider has no settings.')
      const refused = outbound.refusal(change.baseUrl)
      if (refused) throw new InvalidInputError(refused)
      const before = await settings(entry)
      // A key is for the house it was made for: whoever may change an address must not learn it that way.
      if (change.key === undefined && before.key !== null && originOf(before.baseUrl) !== originOf(change.baseUrl))
        throw new InvalidInputError(
          'The stored key was made for the old address. Enter the key for the new one, or remove it.',
        )
      const key = change.key === undefined ? null : keyColumns(change.key, secret, kind)
      const { enabled, baseUrl, model } = change
      const fields = { enabled, baseUrl, model, changedAt: new Date(clock()), changedBy: userId, ...key }
      const keyChange = key === null ? 'kept' : key.keyCipher === null ? 'removed' : 'set'
      await audit.record({
        action: 'provider-changed',
        actor: userId,
        subject: kind,
        facts: { enabled, key: keyChange },
      })
      await app.providerSetting.upsert({ where: { kind }, create: { kind, ...fields }, update: fields })
      made.delete(kind)
      return view(entry, await settings(entry))
    },
    configured,
    ready: async (kind) => {
      const { model, enabled } = await settings(entryOf(kind))
      if (!enabled)
        throw new NotConfiguredError(`The provider ${kind} is switched off. Switch it on under Settings, Writer.`)
      if (model === '') throw new NotConfiguredError(`No model is chosen for ${kind}. Set it under Settings, Writer.`)
      return configured(kind)
    },
  }
}

function keyColumns(key: string | null, secret: Buffer, kind: string) {
  const trimmed = key?.trim() ?? ''
  if (trimmed === '') return { keyCipher: null, keyLast4: null }
  return { keyCipher: sealKey(trimmed, secret, kind), keyLast4: lastFour(trimmed) }
}

function originOf(address: string): string {
  return URL.parse(address)?.origin ?? address
}

/** What is shown of a key: of a short one even its end would say too much. */
function lastFour(key: string): string {
  return key.length < 12 ? '****' : key.slice(-4)
}

function lacksKey(entry: ProviderEntry, from: Settings): boolean {
  return entry.needsKey === 'yes' && from.key === null
}

function entryOf(kind: ProviderKind): ProviderEntry {
  const entry = providerRegistry.find((candidate) => candidate.kind === kind)
  if (!entry) throw new InvalidInputError(`There is no provider ${kind}.`)
  return entry
}
