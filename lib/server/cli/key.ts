import { z } from 'zod'
import { SCOPES } from '#lib/accounts/policy.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import { type ApiKey, KEY_DAYS_MAX, KEY_PER_MINUTE, KEY_PER_MINUTE_MAX } from '../auth/api-keys.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

const wholeUpTo = (most: number) => z.coerce.number().int().min(1).max(most)
const wish = z.object({
  name: z.string().trim().min(1).max(80),
  scopes: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(SCOPES)).min(1)),
  days: wholeUpTo(KEY_DAYS_MAX),
  'per-minute': wholeUpTo(KEY_PER_MINUTE_MAX),
})

/** `key`: API keys of one person: makes one, shown once; lists them, or removes one. */
export const keyCommand: CliCommand = {
  name: 'key',
  usage: '--user SIGN-IN-NAME [--scopes A,B --days N [--name T] [--story ID] [--per-minute N] | --revoke ID] [--json]',
  summary: 'Makes an API key for somebody, shown once; without scopes it lists their keys',
  options: ['user', 'scopes', 'days', 'name', 'story', 'per-minute', 'revoke'],
  switches: [],
  run: async ({ args, options, services }) => {
    const login = options.get('user')?.toLowerCase()
    if (args.length > 0 || login === undefined) throw new CliUsageError('Say whose keys with --user.')
    const { apiKeys, auth, events } = await services()
    const person = await auth.accounts.byLogin(login)
    if (!person) throw new NotFoundError('There is nobody with that sign-in name.')
    const revoked = options.get('revoke')
    if (revoked !== undefined) {
      await apiKeys.revoke(person.id, revoked, CLI_ACTOR.id)
      return { json: { revoked }, text: `The key ${revoked} no longer works.` }
    }
    if (!options.has('scopes')) {
      const keys = apiKeys.of(person.id).map(view)
      const lines = keys.map((key) => `${key.id}  until ${key.expiresAt}  ${key.scopes.join(',')}  ${key.name}`)
      return { json: { keys }, text: lines.join('\n') || `${login} has no keys.` }
    }
    const asked = { name: 'command line', 'per-minute': KEY_PER_MINUTE, ...Object.fromEntries(options) }
    const answer = wish.safeParse(asked)
    if (!answer.success) {
      const where = String(answer.error.issues[0]?.path[0] ?? 'scopes')
      const scopes = where === 'scopes' ? ` Scopes are ${SCOPES.join(', ')}.` : ''
      throw new CliUsageError(`--${where} is missing or does not fit.${scopes}`)
    }
    const storyId = options.get('story') ?? null
    if (storyId !== null && !events.state(storyId)) throw new NotFoundError('There is no such story.')
    const { name, scopes, days, 'per-minute': perMinute } = answer.data
    const made = await apiKeys.make(person.id, { name, scopes, storyId, days, perMinute }, CLI_ACTOR.id)
    return { json: made, text: `${made.key}\nThis is shown once. Send it as: Authorization: Bearer <the line above>.` }
  },
}

function view({ grant, name, createdAt, expiresAt, lastUsedAt, revokedAt }: ApiKey) {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    ...{ id: grant.id, name, scopes: grant.scopes, storyId: grant.storyId, perMinute: grant.perMinute },
    createdAt: time(createdAt),
    expiresAt: time(expiresAt),
    lastUsedAt: time(lastUsedAt),
    revokedAt: time(revokedAt),
  }
}
