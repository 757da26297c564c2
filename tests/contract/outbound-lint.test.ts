import { join } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

// The rule that nothing goes round lib/server/outbound, proved on snippets. Rule F6.

const eslint = new ESLint({ cwd: join(import.meta.dirname, '../..') })

async function rulesBroken(code: string, file: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: join(import.meta.dirname, '../..', file) })
  return (result?.messages ?? []).map((message) => message.ruleId).filter((rule) => rule?.includes('restricted'))
}

const WAYS_ROUND: readonly string[] = [
  `export const page = await fetch('http://x.example')`,
  `export const page = await globalThis.fetch('http://x.example')`,
  `export const socket = new WebSocket('ws://x.example')`,
  `import { fetch } from 'undici'\nexport const page = fetch('http://x.example')`,
  `import { Agent } from 'undici'\nexport const agent = new Agent()`,
  `import { request } from 'node:http'\nexport const asked = request('http://x.example')`,
  `import { get } from 'https'\nexport const asked = get('https://x.example')`,
  `import http from 'node:http'\nexport const asked = http.request('http://x.example')`,
  `import * as https from 'node:https'\nexport const asked = https.get('https://x.example')`,
  `import { connect } from 'node:net'\nexport const socket = connect(80, 'x.example')`,
  `import { Socket } from 'node:net'\nexport const socket = new Socket()`,
  `import { connect } from 'node:tls'\nexport const socket = connect(443, 'x.example')`,
  `import { connect } from 'node:http2'\nexport const session = connect('https://x.example')`,
  `import { createSocket } from 'node:dgram'\nexport const socket = createSocket('udp4')`,
  `export const http = await import('node:http')`,
  `export const undici = await import('undici')`,
  `import { WebSocket } from 'ws'\nexport const socket = new WebSocket('ws://x.example')`,
  `import axios from 'axios'\nexport const page = axios('http://x.example')`,
  `import { createClient } from '@redis/client'\nexport const store = createClient({ url: 'redis://x.example' })`,
  `import nodemailer from 'nodemailer'\nexport const mail = nodemailer`,
  `import { discovery } from 'openid-client'\nexport const found = discovery`,
]

describe('one way out', () => {
  test.each(WAYS_ROUND)('[F6] lint refuses %j', async (code) => {
    for (const file of ['lib/server/http/x.ts', 'lib/server/llm/x.ts', 'workers/x.ts'])
      expect([file, await rulesBroken(code, file)]).not.toEqual([file, []])
  })

  test('[F6] lint refuses a model library outside its adapters, and without the given fetch inside', async () => {
    const bare = `import OpenAI from 'openai'\nexport const client = new OpenAI({ apiKey: 'k' })`
    const given = `import OpenAI from 'openai'\nexport const client = (io) => new OpenAI({ apiKey: 'k', fetch: io.fetch })`
    const other = `import OpenAI from 'openai'\nexport const client = new OpenAI({ apiKey: 'k', fetch: mine })`
    expect(await rulesBroken(given, 'lib/server/http/x.ts')).not.toEqual([])
    expect(await rulesBroken(bare, 'lib/server/llm/x.ts')).not.toEqual([])
    expect(await rulesBroken(other, 'lib/server/llm/x.ts')).not.toEqual([])
    expect(await rulesBroken(given, 'lib/server/llm/x.ts')).toEqual([])
  })

  test('[F6] the sign-in client is used in one file, with the checked fetch; the mailer in one as well', async () => {
    const file = 'lib/server/auth/oidc-client.ts'
    const given = `import { customFetch, discovery } from 'openid-client'\nexport const found = discovery(a, b, c, d, { [customFetch]: f })`
    const bare = `import { discovery } from 'openid-client'\nexport const found = discovery(a, b, c)`
    expect(await rulesBroken(given, file)).toEqual([])
    expect(await rulesBroken(bare, file)).not.toEqual([])
    const store = `import { createClient } from '@redis/client'\nexport const store = createClient({})`
    expect(await rulesBroken(store, 'lib/server/limits/counters.ts')).toEqual([])
    const mailer = `import { createTransport } from 'nodemailer'\nexport const post = createTransport({})`
    expect(await rulesBroken(mailer, 'lib/server/auth/mail.ts')).toEqual([])
    expect(await rulesBroken(mailer, file)).not.toEqual([])
  })

  test('[F6] serving, types and address arithmetic stay allowed', async () => {
    const code = [
      `import { createServer, type IncomingMessage } from 'node:http'`,
      `import { BlockList, isIP } from 'node:net'`,
      `import { WebSocketServer } from 'ws'`,
      `export const parts: [unknown, unknown, unknown, unknown, IncomingMessage | null] = [createServer, BlockList, isIP, WebSocketServer, null]`,
    ].join('\n')
    expect(await rulesBroken(code, 'lib/server/http/x.ts')).toEqual([])
    const out = `import { Agent, fetch } from 'undici'\nexport const parts = [Agent, fetch]`
    expect(await rulesBroken(out, 'lib/server/outbound/outbound.ts')).toEqual([])
  })
})
