import type { AppDb } from '../app-db.ts'
import { auditView } from '../audit/list.ts'
import type { Members } from './members.ts'

interface MyDataParts {
  readonly app: AppDb
  readonly members: Pick<Members, 'standing' | 'storiesOf'>
  /** A story's title; null for one that is not there. */
  readonly titleOf: (storyId: string) => string | null
  /** Where a story is downloaded whole. */
  readonly archiveOf: (storyId: string) => string
}

/**
 * Everything kept about one person, as plain JSON (H6): their row without the password's hash, sessions, memberships, keys
 * and links without their hashes, sign-ins elsewhere, what the audit log says about them, the machine work they asked for
 * with its cost, and where their stories are to be had whole. Times are ISO strings.
 */
export async function myData({ app, members, titleOf, archiveOf }: MyDataParts, userId: string) {
  const mine = { where: { userId } }
  const account = await app.user.findUniqueOrThrow({ where: { id: userId }, omit: { passwordHash: true } })
  const keys = await app.apiKey.findMany({ ...mine, omit: { hash: true, userId: true } })
  const me = [userId, ...keys.map((key) => key.id)]
  const audit = await app.auditEntry.findMany({
    where: { OR: [{ actor: { in: me } }, { subject: { in: me } }] },
    orderBy: { seq: 'asc' },
  })
  return {
    account: { ...account, roles: list(account.roles) },
    sessions: await app.session.findMany({ ...mine, omit: { refreshHash: true, userId: true } }),
    signInsElsewhere: await app.identity.findMany({ ...mine, omit: { userId: true } }),
    keys: keys.map((key) => ({ ...key, scopes: list(key.scopes) })),
    passwordResets: await app.passwordReset.findMany({ ...mine, omit: { hash: true, userId: true } }),
    invitations: await app.invitation.findMany({
      where: { OR: [{ createdBy: userId }, { usedBy: userId }] },
      omit: { hash: true },
    }),
    stories: members.storiesOf(userId).map((storyId) => ({
      storyId,
      title: titleOf(storyId),
      ...members.standing(storyId, userId),
      archive: archiveOf(storyId),
    })),
    runs: await app.run.findMany({ ...mine, omit: { pack: true, search: true, userId: true } }),
    usage: await app.usageRecord.findMany({ ...mine, omit: { userId: true } }),
    jobs: (
      await app.gpuJob.findMany({
        ...mine,
        select: { id: true, kind: true, state: true, storyId: true, createdAt: true },
      })
    ).map((job) => ({ ...job, createdAt: new Date(Number(job.createdAt)) })),
    audit: audit.map((row) => ({ ...auditView(row), at: row.at })),
  }
}

function list(column: string): unknown {
  return JSON.parse(column)
}
