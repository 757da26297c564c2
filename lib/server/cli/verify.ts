import { verifyStories } from '../events/verify.ts'
import type { CliCommand } from './command.ts'
import { CliUsageError } from './command.ts'

/** `verify`: replays every story's log, compares with the projections, and follows the audit chain. Exit code 1 when anything differs. */
export const verifyCommand: CliCommand = {
  name: 'verify',
  usage: '[--json]',
  summary: 'Replays the log of every story and compares with the projections row for row; follows the audit chain',
  options: [],
  switches: [],
  run: async ({ args, services }) => {
    if (args.length > 0) throw new CliUsageError('verify takes no names: it looks at every story.')
    const { events, audit } = await services()
    const integrity = events.db.pragma('integrity_check', { simple: true })
    const stories = verifyStories(events.log, events.projection)
    const failed = stories.filter((story) => story.differences.length > 0 || !story.snapshotEqual)
    const chain = await audit.check()
    const whole = integrity === 'ok' && failed.length === 0
    const lines = stories.map(
      ({ storyId, events: count, differences, snapshotEqual }) =>
        `${storyId}  ${count} events  ${differences.length} differing rows  snapshot ${snapshotEqual ? 'equal' : 'differs'}`,
    )
    return {
      json: { integrity, stories, audit: chain },
      text: [
        ...lines,
        `File check: ${String(integrity)}.`,
        whole ? 'Log and projections agree.' : 'Log and projections DIFFER.',
        chain.brokenAt === null
          ? `The audit log is intact (${chain.entries} entries).`
          : `The audit log is BROKEN at entry ${chain.brokenAt}: it was changed outside the program.`,
      ].join('\n'),
      exitCode: whole && chain.brokenAt === null ? 0 : 1,
    }
  },
}
