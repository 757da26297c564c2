import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the fake answers. `ok` is the good case; each other mode is one way real servers misbehave (writer.md 12.2). */
export const wireModes = [
  'ok',
  'bytes',
  'crlf',
  'comment',
  'truncate',
  'destroy',
  'error-event',
  'malformed',
  'html200',
  'stall',
  'silent',
  'slow',
  '429-seconds',
  '429-date',
  '429-ms',
  '500',
  '503',
  '529',
  '401',
  '403',
  '404',
  'refusal',
  'max-tokens',
  'empty',
  'usage-missing',
  'finish-null',
  'finish-twice',
  'wrong-model',
  'overflow-400',
  'redirect',
  'gzip',
  'thinking',
] as const
export type WireMode = (typeof wireModes)[number]
export type WireDialect = 'openai-compatible' | 'anthropic' | 'ollama'

export interface FakeWire {
  readonly url: string
  /** Answers for the next calls, first in first out; the last one stays. */
  readonly modes: WireMode[]
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: unknown }[]
  /** Resolves when the next client's socket closes before its answer is complete. */
  readonly closedEarly: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The prose every good answer carries; split so that chunk borders cut through multi-byte characters. */
export const FAKE_PIECES = ['The lamp ', 'went out. “Mára?” ', 'she asked the dark — ', 'nobody answered 🕯️.']
export const FAKE_TEXT = FAKE_PIECES.join('')

interface Frames {
  readonly type: string
  readonly head: string[]
  readonly piece: (text: string) => string[]
  readonly thinking: (text: string) => string
  readonly end: (stop: string, usage: boolean) => string[]
  readonly error: string
  readonly stops: { readonly ok: string; readonly length: string; readonly refusal: string | null }
}

const sse = (data: unknown, event?: string): string =>
  `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`
const line = (data: unknown): string => `${JSON.stringify(data)}\n`

function chatFrames(model: string): Frames {
  const chunk = (delta: object, finish: string | null = null) =>
    sse({ id: 'chat-1', object: 'chat.completion.chunk', model, choices: [{ index: 0, delta, finish_reason: finish }] })
  const usage = {
    prompt_tokens: 40,
    completion_tokens: 12,
    total_tokens: 52,
    prompt_tokens_details: { cached_tokens: 30 },
  }
  return {
    type: 'text/event-stream',
    head: [chunk({ role: 'assistant', content: '' })],
    piece: (text) => [chunk({ content: text })],
    thinking: (text) => chunk({ reasoning_content: text }),
    end: (stop, withUsage) => [
      chunk(stop === 'refusal' ? { refusal: 'no' } : {}, stop === 'refusal' ? 'stop' : stop),
      ...(withUsage ? [sse({ id: 'chat-1', object: 'chat.completion.chunk', model, choices: [], usage })] : []),
      'data: [DONE]\n\n',
    ],
    error: sse({ error: { message: 'upstream broke', type: 'server_error' } }),
    stops: { ok: 'stop', length: 'length', refusal: 'refusal' },
  }
}

function messagesFrames(model: string): Frames {
  const named = (data: { type: string } & Record<string, unknown>) => sse(data, data.type)
  const usage = { input_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 0, output_tokens: 1 }
  const message = { id: 'msg-1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage }
  return {
    type: 'text/event-stream',
    head: [
      named({ type: 'message_start', message }),
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      named({ type: 'ping' }),
    ],
    piece: (text) => [named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })],
    thinking: (text) =>
      named({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: text } }),
    end: (stop) => [
      named({ type: 'content_block_stop', index: 0 }),
      named({ type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 12 } }),
      named({ type: 'message_stop' }),
    ],
    error: named({ type: 'error', error: { type: 'overloaded_error', message: 'upstream broke' } }),
    stops: { ok: 'end_turn', length: 'max_tokens', refusal: 'refusal' },
  }
}

function ollamaFrames(model: string): Frames {
  const part = (message: object) =>
    line({ model, created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', ...message }, done: false })
  return {
    type: 'application/x-ndjson',
    head: [part({ content: '' })],
    piece: (text) => [part({ content: text })],
    thinking: (text) => part({ content: '', thinking: text }),
    end: (stop, withUsage) => [
      line({
        model,
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: stop,
        ...(withUsage ? { prompt_eval_count: 40, eval_count: 12 } : {}),
      }),
    ],
    error: line({ error: 'upstream broke' }),
    stops: { ok: 'stop', length: 'length', refusal: null },
  }
}

const DIALECTS: Readonly<Record<string, WireDialect>> = {
  '/v1/chat/completions': 'openai-compatible',
  '/v1/messages': 'anthropic',
  '/api/chat': 'ollama',
}
const FRAMES = { 'openai-compatible': chatFrames, anthropic: messagesFrames, ollama: ollamaFrames }

/** Starts a loopback server that speaks Chat Completions, Messages and /api/chat, well or badly on demand. */
export async function fakeLlmWire(): Promise<FakeWire> {
  const modes: WireMode[] = ['ok']
  const requests: FakeWire['requests'] = []
  let early: (() => void)[] = []
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (response.writableFinished) return
      for (const tell of early) tell()
      early = []
    })
    void answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? ''
    let raw = ''
    for await (const chunk of request) raw += String(chunk)
    const body: unknown = raw === '' ? null : JSON.parse(raw)
    requests.push({ path, headers: request.headers, body })
    if (path === '/v1/models')
      return json(response, 200, { object: 'list', data: [{ id: 'tiny-1', type: 'model' }], has_more: false })
    if (path === '/api/tags') return json(response, 200, { models: [{ name: 'tiny-1' }] })
    const dialect = DIALECTS[path]
    if (!dialect) return json(response, 404, { error: { message: 'no such path' } })
    if (dialect === 'anthropic' && typeof body === 'object' && body !== null && 'temperature' in body)
      return json(response, 400, {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'temperature is not supported' },
      })
    const mode = modes.length > 1 ? (modes.shift() ?? 'ok') : (modes[0] ?? 'ok')
    await play(mode, dialect, response)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    modes,
    requests,
    closedEarly: () => new Promise((resolve) => early.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const STATUS: Partial<Record<WireMode, { status: number; headers?: () => Record<string, string>; message?: string }>> =
  {
    '429-seconds': { status: 429, headers: () => ({ 'retry-after': '0.2' }) },
    '429-date': { status: 429, headers: () => ({ 'retry-after': new Date(Date.now() + 1000).toUTCString() }) },
    '429-ms': { status: 429, headers: () => ({ 'retry-after-ms': '50' }) },
    '500': { status: 500 },
    '503': { status: 503 },
    '529': { status: 529 },
    '401': { status: 401 },
    '403': { status: 403 },
    '404': { status: 404 },
    'overflow-400': { status: 400, message: 'maximum context length is 4096 tokens' },
  }

const BROKEN: Readonly<Record<WireDialect, string>> = {
  'openai-compatible': 'data: {"broken\n\n',
  anthropic: 'event: content_block_delta\ndata: {"broken\n\n',
  ollama: '{"model": "tiny-1", "mess\n',
}

async function play(mode: WireMode, dialect: WireDialect, response: ServerResponse): Promise<void> {
  const status = STATUS[mode]
  if (status) {
    const message = status.message ?? 'refused by the fake, secret-prompt-text'
    return json(response, status.status, { error: { message, type: 'fake' } }, status.headers?.() ?? {})
  }
  if (mode === 'redirect') {
    response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end()
    return
  }
  if (mode === 'html200') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>')
    return
  }
  if (mode === 'silent') return // headers never come
  const frames = FRAMES[dialect](mode === 'wrong-model' ? 'other-9' : 'tiny-1')
  const stop =
    mode === 'max-tokens'
      ? frames.stops.length
      : mode === 'refusal'
        ? (frames.stops.refusal ?? 'refusal')
        : frames.stops.ok
  const pieces = mode === 'empty' || mode === 'refusal' ? [] : FAKE_PIECES
  const body = [
    ...frames.head,
    ...(mode === 'thinking' ? [frames.thinking('let me think')] : []),
    ...pieces.flatMap(frames.piece),
  ]
  const end = frames.end(stop, mode !== 'usage-missing')
  if (mode === 'gzip') {
    const { gzipSync } = await import('node:zlib')
    response
      .writeHead(200, { 'content-type': frames.type, 'content-encoding': 'gzip' })
      .end(gzipSync([...body, ...end].join('')))
    return
  }
  response.writeHead(200, { 'content-type': frames.type })
  const write = async (text: string): Promise<void> => {
    if (mode === 'crlf') text = text.replaceAll('\n', '\r\n')
    if (mode === 'bytes') {
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]))
      return
    }
    response.write(text)
    if (mode === 'slow') await sleep(40)
  }
  if (mode === 'comment' && dialect !== 'ollama') await write(': keep-alive\n\n')
  const half = Math.ceil(body.length / 2)
  for (const [index, frame] of body.entries()) {
    await write(frame)
    if (mode === 'comment' && dialect !== 'ollama') await write(': still here\nid: 7\nretry: 10\n\n')
    if (index === half) {
      await sleep(5)
      if (mode === 'destroy') return void response.destroy()
      if (mode === 'stall') return // headers and half the text, then nothing
      if (mode === 'error-event') return void response.end(frames.error)
      if (mode === 'malformed') await write(BROKEN[dialect])
    }
  }
  if (mode === 'truncate') return void response.end()
  if (mode === 'finish-null') return void response.end(dialect === 'openai-compatible' ? 'data: [DONE]\n\n' : '')
  for (const frame of end) await write(frame)
  if (mode === 'finish-twice') for (const frame of end) await write(frame)
  response.end()
}
