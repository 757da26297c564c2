import { InvalidInputError, LoomError, TooLargeError } from '#lib/kernel/errors.ts'

/**
 * Reads a body and counts its bytes; what Content-Length says is not believed (F1).
 * Throws TooLargeError past `limitBytes`, LoomError 415 for a content type that is not listed.
 */
export async function readBytes(
  request: Request,
  contentTypes: readonly string[],
  limitBytes: number,
): Promise<Uint8Array> {
  const given = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!contentTypes.includes(given)) {
    throw new LoomError('wrong-content-type', 415, false, `Send this as ${contentTypes.join(' or ')}.`)
  }
  const chunks: Uint8Array[] = []
  let total = 0
  if (request.body) {
    for await (const chunk of request.body) {
      total += chunk.byteLength
      if (total > limitBytes)
        throw new TooLargeError(`This is larger than the limit of ${readable(limitBytes)}.`, { limitBytes })
      chunks.push(chunk)
    }
  }
  const whole = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** Reads a JSON body under the same limits. Throws InvalidInputError when it is not UTF-8 JSON. */
export async function readJson(request: Request, limitBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, ['application/json'], limitBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new InvalidInputError('The body is not valid JSON.', { where: 'body' })
  }
}

function readable(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / (1024 * 1024))} MB` : `${Math.floor(bytes / 1024)} KB`
}
