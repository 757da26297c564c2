import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { DataFolder } from '../data-folder.ts'
import { openKey, PROVIDER_KEYS_SECRET, sealKey } from '../llm/keys.ts'
import { OIDC_SECRET } from './oidc.ts'
import { ACCESS_SECRET, REFRESH_SECRET } from './tokens.ts'

/** What a rotation did. */
export interface Rotation {
  /** Sessions that were open and are over. */
  readonly sessions: number
  /** Provider keys sealed with the new secret. */
  readonly providerKeys: number
  /** Kinds of providers whose stored key opened with no secret: it has to be set again. */
  readonly unreadable: readonly string[]
}

interface Parts {
  readonly app: AppDb
  readonly folder: Pick<DataFolder, 'secret' | 'moveSecret'>
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
}

/**
 * Makes new secrets in the place of all that sign or seal, ends every session and seals the stored provider keys anew.
 * Nothing else may use the data folder meanwhile. An interrupted run is finished by running it again: the new secret of
 * the provider keys waits beside the old one until everything is sealed with it.
 */
export async function rotateSecrets({ app, folder, clock, audit }: Parts, by: string): Promise<Rotation> {
  const old = folder.secret(PROVIDER_KEYS_SECRET)
  const fresh = folder.secret(next(PROVIDER_KEYS_SECRET))
  const rows = await app.providerSetting.findMany({
    where: { keyCipher: { not: null } },
    select: { kind: true, keyCipher: true },
  })
  const opened = rows.map(({ kind, keyCipher }) => {
    const sealed = keyCipher ?? new Uint8Array()
    return { kind, key: openKey(sealed, old, kind) ?? openKey(sealed, fresh, kind) }
  })
  const readable = opened.flatMap(({ kind, key }) => (key === null ? [] : [{ kind, key }]))
  const unreadable = opened.flatMap(({ kind, key }) => (key === null ? [kind] : []))
  const open = { endedAt: null, expiresAt: { gt: new Date(clock()) } }
  const sessions = await app.session.count({ where: open })
  const facts = { sessions, providerKeys: readable.length, unreadable }
  await audit.record({ action: 'secrets-rotated', actor: by, facts })
  await app.$transaction([
    ...readable.map(({ kind, key }) =>
      app.providerSetting.update({ where: { kind }, data: { keyCipher: sealKey(key, fresh, kind) } }),
    ),
    app.session.updateMany({
      where: { endedAt: null },
      data: { endedAt: new Date(clock()), endedBecause: 'secrets-rotated' },
    }),
  ])
  for (const name of [PROVIDER_KEYS_SECRET, ACCESS_SECRET, REFRESH_SECRET, OIDC_SECRET]) {
    folder.secret(next(name))
    folder.moveSecret(next(name), name)
  }
  return facts
}

function next(name: string): string {
  return `${name}.next`
}
