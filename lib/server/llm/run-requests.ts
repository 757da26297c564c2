import { branchJsonSchema } from '#lib/writer/branches.ts'
import type { Ask } from '#lib/writer/run.ts'
import { fill, repairTemplate } from '#lib/writer/templates.ts'
import type { GenerateRequest, GenerateResult } from './port.ts'
import type { ReadyProvider } from './providers.ts'
import { outputFor } from './story-material.ts'
import type { Gathered } from './story-material.ts'

/** What a run was asked, of whom, with what. */
interface Asked {
  readonly ask: Ask
  readonly ready: ReadyProvider
  readonly gathered: Gathered
}

/** The first request of a run: the pack in its three parts, with the breakpoint after the stable one. */
export function requestFor({ ask, ready, gathered }: Asked): GenerateRequest {
  const { pack, material } = gathered
  const model = ready.provider.capabilities(ready.model)
  const schema = ask.verb === 'branches' && model.jsonSchema ? { name: 'branches', json: branchJsonSchema() } : null
  return {
    model: ready.model,
    system: pack.system,
    messages: [{ role: 'user', parts: [{ text: pack.stable, cacheHere: true }, { text: pack.volatile }] }],
    maxTokens: outputFor(ask, model),
    material,
    ...(schema ? { schema } : {}),
  }
}

/** The same request with the answer that did not fit and what was wrong with it. */
export function repairRequest(request: GenerateRequest, answer: string, problem: string): GenerateRequest {
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', parts: [{ text: answer || '(empty)' }] },
      { role: 'user', parts: [{ text: fill(repairTemplate, { problem }) }] },
    ],
  }
}

/** A call whose text came, but could not be read as what was asked for. */
export function unreadable(result: GenerateResult, problem: string): GenerateResult {
  const message = `The answer could not be read as three branches: ${problem}.`
  return { ...result, reason: 'error', error: { kind: 'malformed', retryable: false, afterMs: null, message } }
}
