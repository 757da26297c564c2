import { z } from 'zod'
import { COMMAND_LIMIT_BYTES, FILE_LIMITS } from '#lib/kernel/limits.ts'
import { MAX_MESSAGE_BYTES } from '#lib/prose/wire.ts'
import { MAX_OPEN_PER_PERSON } from '../prose/sync-server.ts'
import { COMMAND_RATE } from '../realtime/messages.ts'
import { MAX_CONNECTIONS } from '../realtime/realtime.ts'
import { PEOPLE_PER_ADDRESS, RATE_LIMITS } from './rate.ts'
import { type Route, route } from './route.ts'

const mb = (bytes: number) => `${bytes / (1024 * 1024)} MB`

/** What is held to a limit besides requests. Numbers come from where they are enforced. */
const OTHERS: readonly { readonly what: string; readonly limit: string }[] = [
  { what: 'JSON body', limit: mb(FILE_LIMITS.jsonBytes) },
  { what: 'Imported file', limit: mb(FILE_LIMITS.importBytes) },
  { what: 'Picture', limit: `${mb(FILE_LIMITS.imageBytes)}, ${FILE_LIMITS.imagePixels / 1e6} megapixels` },
  { what: 'Archive, packed', limit: mb(FILE_LIMITS.zipPackedBytes) },
  {
    what: 'Archive, unpacked',
    limit: `${mb(FILE_LIMITS.zipUnpackedBytes)}, ${FILE_LIMITS.zipEntries.toLocaleString('en')} files, ${FILE_LIMITS.zipRatio} to 1`,
  },
  { what: 'Name of a file', limit: `${FILE_LIMITS.nameBytes} bytes` },
  { what: 'Command to a story', limit: `${COMMAND_LIMIT_BYTES / 1024} KB` },
  { what: 'Commands of one person', limit: `${COMMAND_RATE.perSecond} a second, ${COMMAND_RATE.burst} at once` },
  { what: 'Message to a text', limit: mb(MAX_MESSAGE_BYTES) },
  { what: 'Open windows of one person', limit: String(MAX_CONNECTIONS) },
  { what: 'Open texts of one person', limit: String(MAX_OPEN_PER_PERSON) },
]

/** The limits at work, for whoever runs this house. */
export const limitRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/admin/limits',
    summary: 'Requests per minute by class, where they are counted, and every other limit',
    permission: 'admin',
    rate: 'read',
    response: z.object({
      classes: z.array(z.object({ name: z.string(), perMinute: z.number(), by: z.string() })),
      store: z.enum(['memory', 'redis']),
      others: z.array(z.object({ what: z.string(), limit: z.string() })),
    }),
    handler: ({ services }) => ({
      classes: Object.entries(RATE_LIMITS).map(([name, perMinute]) => ({
        name,
        perMinute,
        by: name === 'sign-in' ? 'address' : `person, and ${PEOPLE_PER_ADDRESS} times as many by address`,
      })),
      store: services.counters.store,
      others: [...OTHERS, { what: "Pictures of one person's stories", limit: mb(services.env.quotaBytes) }],
    }),
  }),
]
