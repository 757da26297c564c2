import { rotateSecrets } from '../auth/rotate-secrets.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

/** `rotate-secrets`: new secrets for sessions and for the stored provider keys. Safe to run again when interrupted. */
export const rotateSecretsCommand: CliCommand = {
  name: 'rotate-secrets',
  usage: '[--json]',
  summary: 'Makes new secrets: everybody signs in again, provider keys are sealed anew',
  options: [],
  switches: [],
  run: async ({ args, services }) => {
    if (args.length > 0) throw new CliUsageError('rotate-secrets takes no names.')
    const rotation = await rotateSecrets(await services(), CLI_ACTOR.id)
    const { sessions, providerKeys, unreadable } = rotation
    return {
      json: rotation,
      text: [
        `New secrets are in place. Sessions ended: ${sessions}. Provider keys sealed anew: ${providerKeys}.`,
        ...unreadable.map((kind) => `The key of ${kind} could not be read. Set it again under Settings, Writer.`),
      ].join('\n'),
    }
  },
}
