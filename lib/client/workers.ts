import { api } from './api.ts'

// The book of GPU workers, as the settings show it.

/** A machine as it described itself; times in UTC ms. */
interface WorkerView {
  readonly id: string
  readonly name: string
  readonly gpu: string
  readonly vramBytes: number
  readonly version: string
  readonly backends: readonly string[]
  readonly models: readonly string[]
  readonly seenAt: number
  readonly live: boolean
}

/** What a worker key is good for. */
export interface WorkerKeyScope {
  /** Kinds of jobs. */
  readonly kinds: readonly string[]
  /** Null for every story. */
  readonly stories: readonly string[] | null
}

export interface WorkerKeyView extends WorkerKeyScope {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly revokedAt: number | null
  readonly workers: readonly WorkerView[]
}

/** Every worker key with its machines. Admins only. */
export async function fetchWorkerKeys(signal: AbortSignal): Promise<readonly WorkerKeyView[]> {
  return (await api<{ keys: WorkerKeyView[] }>('GET', '/api/workers', { signal })).keys
}

/** Makes a key; the secret is answered this one time. */
export function makeWorkerKey(
  wish: WorkerKeyScope & { readonly name: string },
): Promise<{ id: string; token: string }> {
  return api('POST', '/api/workers/keys', { body: wish })
}

/** Ends a key at once. */
export function revokeWorkerKey(id: string): Promise<void> {
  return api('DELETE', `/api/workers/keys/${id}`)
}
