import type { Permission, Scope } from '#lib/accounts/policy.ts'
import type { ProseMessage } from '#lib/server/prose/messages.ts'
import type { MessageName } from '#lib/server/realtime/messages.ts'

// What the doors must answer, written out by hand: nothing here is computed from the policy it is checked against.

/** Who asks. All but `host` and `service` are people, or keys of people, beside one story that `admin` made. */
export const PRINCIPALS = [
  'anonymous',
  'viewer',
  'editor',
  'admin',
  'host',
  'service',
  'non-member',
  'ex-member',
  'suspended',
  'expired',
  'key-without',
  'key-with',
] as const
export type PrincipalName = (typeof PRINCIPALS)[number]

/** y let through, u 401, n 403, a 404: not even whether it exists. */
export type Letter = 'y' | 'u' | 'n' | 'a'
export const STATUS: Readonly<Record<Exclude<Letter, 'y'>, number>> = { u: 401, n: 403, a: 404 }

/** One letter per principal, in the order of PRINCIPALS. `key-without` has the scope `panels` alone, `key-with` has all. */
const CELLS: Readonly<Record<Permission, string>> = {
  //               anon view edit admi host serv nonm exme susp expi key- key+
  public: '         y    y    y    y    y    y    y    y    y    y    y    y',
  setup: '          a    a    a    a    a    a    a    a    a    a    a    a',
  'signed-in': '    u    y    y    y    y    n    y    y    u    u    y    y',
  account: '        u    y    y    y    y    n    y    y    u    u    n    n',
  'story.list': '   u    y    y    y    y    n    y    y    u    u    n    y',
  'story.create': ' u    n    y    y    y    n    y    y    u    u    n    y',
  'story.import': ' u    n    y    y    y    n    y    y    u    u    n    y',
  admin: '          u    n    n    n    y    n    n    n    u    u    n    n',
  worker: '         u    n    n    n    n    y    n    n    u    u    n    n',
  'story.read': '   u    y    y    y    y    n    a    a    u    u    n    y',
  'story.comment': 'u    n    y    y    y    n    a    a    u    u    n    y',
  'story.review': ' u    n    y    y    y    n    a    a    u    u    n    y',
  'story.write': '  u    n    y    y    y    n    a    a    u    u    n    y',
  'story.export': ' u    n    y    y    y    n    a    a    u    u    n    y',
  'writer.generate': 'u   n    y    y    y    n    a    a    u    u    n    y',
  'panel.render': ' u    n    y    y    y    n    a    a    u    u    y    y',
  'story.merge': '  u    n    n    y    y    n    a    a    u    u    n    n',
  'story.publish': 'u    n    n    y    y    n    a    a    u    u    n    n',
  'story.delete': ' u    n    n    y    y    n    a    a    u    u    n    n',
  'story.members': 'u    n    n    y    y    n    a    a    u    u    n    n',
  'story.own': '    u    n    n    y    y    n    a    a    u    u    n    n',
}

export function expectedLetter(permission: Permission, principal: PrincipalName): Letter {
  return CELLS[permission].replace(/\s/g, '')[PRINCIPALS.indexOf(principal)] as Letter
}

/** What a key with one scope alone may do, for a person who may do everything (A2). 'public' and 'signed-in' are open to every key. */
export const SCOPE_OPENS: Readonly<Record<Scope, readonly Permission[]>> = {
  'stories.read': ['story.list', 'story.read'],
  'stories.write': ['story.comment', 'story.review', 'story.write'],
  'stories.create': ['story.create', 'story.import'],
  'stories.export': ['story.export'],
  writer: ['writer.generate'],
  panels: ['panel.render'],
}

/** The permission each operation must ask for. An operation without a row fails the suite. */
export const ROWS: Readonly<Record<string, Permission>> = {
  'GET /api/auth/state': 'public',
  'POST /api/setup': 'setup',
  'POST /api/auth/sign-in': 'public',
  'POST /api/auth/refresh': 'public',
  'POST /api/auth/sign-out': 'account',
  'GET /api/auth/me': 'signed-in',
  'POST /api/auth/password': 'account',
  'GET /api/auth/sessions': 'account',
  'DELETE /api/auth/sessions/:sessionId': 'account',
  'GET /api/livez': 'public',
  'GET /api/readyz': 'public',
  'GET /api/version': 'signed-in',
  'GET /api/stories': 'story.list',
  'POST /api/stories': 'story.create',
  'GET /api/stories/:storyId/events': 'story.read',
  'GET /api/stories/:storyId/snapshot': 'story.read',
  'POST /api/stories/:storyId/commands': 'story.write',
  'GET /api/stories/:storyId/history': 'story.read',
  'GET /api/stories/:storyId/undo': 'story.read',
  'DELETE /api/stories/:storyId': 'story.delete',
  'POST /api/stories/:storyId/restore': 'story.delete',
  'POST /api/stories/:storyId/scenes/:sceneId/prose/ticket': 'story.read',
  'GET /api/stories/:storyId/scenes/:sceneId/prose': 'story.read',
  'GET /api/stories/:storyId/jobs': 'story.read',
  'GET /api/stories/:storyId/jobs/:jobId': 'story.read',
  'POST /api/stories/:storyId/jobs/:jobId/cancel': 'panel.render',
  'POST /api/stories/:storyId/jobs/:jobId/retry': 'panel.render',
  'POST /api/stories/:storyId/scenes/:sceneId/breakdown': 'story.write',
  'GET /api/stories/:storyId/panels/:panelId/storyboard': 'story.read',
  'GET /api/stories/:storyId/comic/backends': 'story.read',
  'POST /api/stories/:storyId/panels/render': 'panel.render',
  'GET /api/stories/:storyId/comic/export': 'story.export',
  'GET /api/lettering/font': 'public',
  'POST /api/worker/v1/hello': 'worker',
  'GET /api/worker/v1/hello': 'worker',
  'POST /api/worker/v1/claim': 'worker',
  'POST /api/worker/v1/jobs/:jobId/beat': 'worker',
  'GET /api/worker/v1/blobs/:sha256': 'worker',
  'PUT /api/worker/v1/blobs/:sha256': 'worker',
  'POST /api/worker/v1/jobs/:jobId/done': 'worker',
  'POST /api/worker/v1/jobs/:jobId/fail': 'worker',
  'POST /api/worker/v1/jobs/:jobId/release': 'worker',
  'GET /api/workers': 'admin',
  'POST /api/workers/keys': 'admin',
  'DELETE /api/workers/keys/:keyId': 'admin',
  'GET /api/providers': 'signed-in',
  'PUT /api/providers/:kind': 'admin',
  'POST /api/providers/:kind/test': 'admin',
  'GET /api/usage': 'admin',
  'GET /api/stories/:storyId/usage': 'story.read',
  'POST /api/stories/:storyId/context': 'writer.generate',
  'POST /api/stories/:storyId/runs': 'writer.generate',
  'GET /api/stories/:storyId/runs': 'story.read',
  'GET /api/stories/:storyId/runs/:runId': 'story.read',
  'GET /api/stories/:storyId/runs/:runId/context': 'story.read',
  'GET /api/stories/:storyId/runs/:runId/events': 'story.read',
  'POST /api/stories/:storyId/runs/:runId/stop': 'writer.generate',
  'POST /api/stories/:storyId/runs/:runId/verdict': 'story.write',
  'POST /api/stories/:storyId/runs/:runId/items/:ordinal': 'story.write',
  'GET /api/stories/:storyId/blobs/:sha256': 'story.read',
  'POST /api/imports/preview': 'story.import',
  'POST /api/imports': 'story.import',
  'GET /api/stories/:storyId/export': 'story.export',
  'GET /api/stories/:storyId/export-report': 'story.export',
  'GET /api/stories/:storyId/loss-report': 'story.read',
  'PATCH /api/auth/me': 'account',
  'DELETE /api/auth/sessions': 'account',
  'POST /api/auth/register': 'public',
  'POST /api/auth/reset': 'public',
  'POST /api/invitations/look': 'public',
  'POST /api/invitations/accept': 'account',
  'POST /api/stories/:storyId/invitations': 'story.members',
  'DELETE /api/stories/:storyId/invitations/:invitationId': 'story.members',
  'GET /api/admin/invitations': 'admin',
  'POST /api/admin/invitations': 'admin',
  'DELETE /api/admin/invitations/:invitationId': 'admin',
  'GET /api/stories/:storyId/access': 'story.read',
  'GET /api/stories/:storyId/members': 'story.read',
  'PUT /api/stories/:storyId/members/:userId': 'story.members',
  'DELETE /api/stories/:storyId/members/:userId': 'story.members',
  'POST /api/stories/:storyId/leave': 'story.read',
  'POST /api/stories/:storyId/owner': 'story.own',
  'GET /api/admin/people': 'admin',
  'PATCH /api/admin/people/:userId': 'admin',
  'POST /api/admin/people/:userId/reset-link': 'admin',
  'DELETE /api/admin/people/:userId/sessions': 'admin',
  'GET /api/admin/registration': 'admin',
  'PUT /api/admin/registration': 'admin',
  'GET /api/auth/keys': 'account',
  'POST /api/auth/keys': 'account',
  'DELETE /api/auth/keys/:keyId': 'account',
  'GET /api/admin/limits': 'admin',
  'POST /api/auth/forgot': 'public',
  'GET /api/auth/oidc/:provider/start': 'public',
  'POST /api/auth/oidc/:provider/start': 'public',
  'GET /api/auth/oidc/:provider/callback': 'public',
  'GET /api/auth/identities': 'account',
  'DELETE /api/auth/identities/:provider': 'account',
  'GET /api/admin/audit': 'admin',
  'GET /api/auth/my-data': 'account',
  'POST /api/auth/delete-me': 'account',
  'GET /api/openapi.json': 'public',
  'GET /api/docs': 'public',
}

/** The permission each message of /socket.io must ask for. A message without a row fails. */
export const MESSAGE_ROWS: Readonly<Record<MessageName, Permission>> = {
  join: 'story.read',
  leave: 'story.read',
  command: 'story.write',
  presence: 'story.read',
}

/** The same for /yjs. A receipt is the server's to give. */
export const PROSE_ROWS: Readonly<Record<ProseMessage, Permission | 'nobody'>> = {
  'sync-step-1': 'story.read',
  'sync-step-2': 'story.write',
  update: 'story.write',
  awareness: 'story.read',
  'query-awareness': 'story.read',
  receipt: 'nobody',
}

/** Who gets through an upgrade at all: people in a session. Keys and machines open HTTP only. */
export const LIVE: readonly PrincipalName[] = ['viewer', 'editor', 'admin', 'host', 'non-member', 'ex-member']

/** Whether a message with this row is let through when somebody sends it over a socket. */
export function expectedOnSocket(row: Permission | 'nobody', who: PrincipalName): 'y' | 'n' {
  return row !== 'nobody' && LIVE.includes(who) && expectedLetter(row, who) === 'y' ? 'y' : 'n'
}
