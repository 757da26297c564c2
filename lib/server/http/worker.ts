import { z } from 'zod'
import type { Claimant } from '#lib/jobs/choose.ts'
import { HEARTBEAT_MS } from '#lib/jobs/failure.ts'
import { type Job, sha256 } from '#lib/jobs/job.ts'
import { kindSpec } from '#lib/jobs/kinds.ts'
import type { ClaimAnswer } from '#lib/jobs/ports.ts'
import {
  beatAnswer,
  beatRequest,
  claimAnswer,
  type claimedJob,
  claimRequest,
  doneAnswer,
  doneRequest,
  endAnswer,
  failRequest,
  helloAnswer,
  helloRequest,
  MIN_PROTOCOL,
  releaseRequest,
} from '#lib/jobs/protocol.ts'
import type { JobOutput } from '#lib/jobs/render-panel.ts'
import { ConflictError, ForbiddenError, InvalidInputError, LoomError, NotFoundError } from '#lib/kernel/errors.ts'
import { jobId } from '#lib/kernel/ids.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import type { Services } from '../container.ts'
import { isBarePicture } from '../blobs/bare-picture.ts'
import { checkImage } from '../blobs/images.ts'
import { type Route, route } from './route.ts'

const BASE = '/api/worker/v1'
const ofJob = z.strictObject({ jobId })
const ofBlob = z.strictObject({ sha256 })
const leaseQuery = z.strictObject({ job: jobId, lease: z.string().min(1).max(64) })

/** The worker protocol of gpu.md 1. Every write names its lease; a late writer gets 409 and changes nothing (JO2). */
export const workerRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: `${BASE}/hello`,
    summary: 'A worker says what it is and can do',
    permission: 'worker',
    rate: 'write',
    body: helloRequest.loose(),
    response: helloAnswer,
    handler: async ({ body, principal, services }) => {
      if (body.protocol < MIN_PROTOCOL) {
        throw new LoomError(
          'worker-too-old',
          426,
          false,
          `This worker speaks protocol ${body.protocol}; ${MIN_PROTOCOL} is needed.`,
        )
      }
      const workerId = await services.workers.hello(await services.workers.keyOf(principal), helloRequest.parse(body))
      return { workerId, heartbeatMs: HEARTBEAT_MS, minProtocol: MIN_PROTOCOL }
    },
  }),
  route({
    method: 'get',
    path: `${BASE}/hello`,
    summary: 'Whether this key is good, and the oldest protocol that is taken',
    permission: 'worker',
    rate: 'read',
    response: helloAnswer.pick({ minProtocol: true }),
    handler: () => ({ minProtocol: MIN_PROTOCOL }),
  }),
  route({
    method: 'post',
    path: `${BASE}/claim`,
    summary: 'Take jobs, waiting up to 25 s for one',
    permission: 'worker',
    rate: 'write',
    body: claimRequest.loose(),
    response: claimAnswer,
    handler: async ({ body, principal, services, signal }) => {
      const key = await services.workers.keyOf(principal)
      const book = await services.workers.claimant(key, body.workerId)
      const claimant = { ...book, kinds: book.kinds.filter((kind) => body.kinds.includes(kind)) }
      const until = services.clock() + body.waitMs
      for (;;) {
        // Who hung up or asks a draining app gets nothing: a lease nobody holds would cost a minute.
        if (signal.aborted) return { jobs: [], skipped: {}, drain: services.draining.aborted }
        const { jobs, skipped } = await claimWithKey(services, principal, claimant, body.max)
        const drain = services.draining.aborted
        const leftMs = until - services.clock()
        if (jobs.length > 0 || leftMs <= 0) {
          return { jobs: await Promise.all(jobs.map((job) => present(job, services))), skipped, drain }
        }
        await services.jobs.store.wait(Math.min(leftMs, 1_000), signal)
      }
    },
  }),
  route({
    method: 'post',
    path: `${BASE}/jobs/:jobId/beat`,
    summary: 'Report progress and keep the lease',
    permission: 'worker',
    rate: 'write',
    params: ofJob,
    body: beatRequest.loose(),
    response: beatAnswer,
    handler: async ({ params, body, principal, services }) => {
      await assertHolder(services, principal, params.jobId, body.leaseId)
      const { phase, step, steps, etaMs, previewSha } = body
      const answer = await services.jobs.store.beat(
        { jobId: params.jobId, leaseId: body.leaseId },
        { phase, step, steps, etaMs, previewSha },
      )
      if (answer.kind === 'stale') throw staleLease()
      return { leaseUntil: answer.leaseUntil, cancel: answer.cancel, drain: services.draining.aborted }
    },
  }),
  route({
    method: 'get',
    path: `${BASE}/blobs/:sha256`,
    summary: 'An input of a job this worker holds; answers HEAD and one byte range too',
    permission: 'worker',
    rate: 'read',
    params: ofBlob,
    query: leaseQuery,
    produces: 'application/octet-stream',
    handler: async ({ params, query, principal, services, request }) => {
      const job = await assertHolder(services, principal, query.job, query.lease)
      if (!job.inputs.includes(params.sha256)) {
        // A worker asks HEAD before it uploads; what came so far is its own business, other blobs are not.
        const here = await services.uploads.offset(query.lease, params.sha256)
        return new Response(null, { status: 404, headers: { 'upload-offset': String(here) } })
      }
      const bytes = await services.blobs.read(params.sha256)
      if (bytes === null) throw new NotFoundError('The input of this job is missing.')
      return rangeOf(bytes, request.headers.get('range'))
    },
  }),
  route({
    method: 'put',
    path: `${BASE}/blobs/:sha256`,
    summary: 'Upload an output, whole or from Upload-Offset on; Upload-Length says how long it will be',
    permission: 'worker',
    rate: 'write',
    params: ofBlob,
    query: leaseQuery,
    body: { kind: 'bytes', contentTypes: ['application/octet-stream', 'image/png', 'image/jpeg', 'image/webp'] },
    bodyLimitBytes: FILE_LIMITS.imageBytes,
    response: z.object({ complete: z.boolean(), offset: z.number() }),
    handler: async ({ params, query, body, principal, services, request }) => {
      await assertHolder(services, principal, query.job, query.lease)
      const offset = headerNumber(request, 'upload-offset', 0)
      const totalBytes = headerNumber(request, 'upload-length', offset + body.byteLength)
      const whole = await services.uploads.append({
        leaseId: query.lease,
        sha256: params.sha256,
        offset,
        totalBytes,
        maxBytes: FILE_LIMITS.imageBytes,
        bytes: body,
      })
      if (whole === null) return { complete: false, offset: offset + body.byteLength }
      await checkImage(whole)
      // Its hash is announced, so the picture cannot be made again here: it has to come bare.
      if (!isBarePicture(whole))
        throw new InvalidInputError('The picture carries more than its pixels (metadata, or bytes after its end).')
      await services.blobs.put(whole, { maxBytes: FILE_LIMITS.imageBytes, expect: params.sha256 })
      return { complete: true, offset: whole.byteLength }
    },
  }),
  route({
    method: 'post',
    path: `${BASE}/jobs/:jobId/done`,
    summary: 'Deliver the result of a try; the same answer may be sent again',
    permission: 'worker',
    rate: 'write',
    params: ofJob,
    body: doneRequest.loose(),
    response: doneAnswer,
    handler: async ({ params, body, principal, services }) => {
      const job = await assertKnown(services, principal, params.jobId)
      const lease = { jobId: params.jobId, leaseId: body.leaseId }
      const result = kindSpec(job.kind)?.result.safeParse({ outputs: body.outputs, recipeEcho: body.recipeEcho })
      if (!result?.success) throw new InvalidInputError('The result does not fit the kind of the job.')
      if (job.leaseId === body.leaseId) await keepOutputs(services, job, result.data.outputs, body.recipeEcho)
      const answer = await services.jobs.store.complete(lease, body.attempt, { result: result.data, usage: body.usage })
      if (answer.kind === 'stale') throw staleLease()
      if (answer.kind === 'different') throw new ConflictError('This try was already delivered with another result.')
      return { state: answer.kind, again: answer.kind === 'done' && answer.again }
    },
  }),
  route({
    method: 'post',
    path: `${BASE}/jobs/:jobId/fail`,
    summary: 'End a try that did not work; the class decides what follows',
    permission: 'worker',
    rate: 'write',
    params: ofJob,
    body: failRequest.loose(),
    response: endAnswer,
    handler: async ({ params, body, principal, services }) => {
      await assertHolder(services, principal, params.jobId, body.leaseId)
      const { leaseId, class: failureClass, code, message, detail } = body
      const answer = await services.jobs.store.fail(
        { jobId: params.jobId, leaseId },
        { class: failureClass, code, message, detail },
      )
      if (answer.kind === 'stale') throw staleLease()
      return { state: answer.job.state }
    },
  }),
  route({
    method: 'post',
    path: `${BASE}/jobs/:jobId/release`,
    summary: 'Hand a job back; the try does not count',
    permission: 'worker',
    rate: 'write',
    params: ofJob,
    body: releaseRequest.loose(),
    response: endAnswer,
    handler: async ({ params, body, principal, services }) => {
      await assertHolder(services, principal, params.jobId, body.leaseId)
      const answer = await services.jobs.store.release({ jobId: params.jobId, leaseId: body.leaseId }, body.reason)
      if (answer.kind === 'stale') throw staleLease()
      return { state: answer.job.state }
    },
  }),
]

/**
 * A claim by a key that works before and after it: the wait is long, and a revoked key gets nothing more (A6). What was
 * leased in between goes back to the queue. Throws UnauthenticatedError.
 */
async function claimWithKey(
  services: Services,
  principal: { userId: string },
  claimant: Claimant,
  max: number,
): Promise<ClaimAnswer> {
  await services.workers.keyOf(principal)
  const answer = await services.jobs.store.claim(claimant, max)
  try {
    await services.workers.keyOf(principal)
  } catch (cause) {
    for (const { id, leaseId } of answer.jobs) {
      if (leaseId !== null) await services.jobs.store.release({ jobId: id, leaseId }, 'The key was revoked.')
    }
    throw cause
  }
  return answer
}

/** The job, when the worker's key may know it at all: it is good for the job (JO26), and its worker holds or held it. */
async function assertKnown(services: Services, principal: { userId: string }, id: string): Promise<Job> {
  const job = await services.jobs.store.get(id)
  const tries = job ? await services.jobs.store.attempts(id) : []
  const key = await services.workers.keyOf(principal)
  const inScope = job && key.kinds.includes(job.kind) && (key.stories === null || key.stories.includes(job.storyId))
  if (!inScope) throw new NotFoundError('This worker holds no such job.')
  for (const workerId of new Set(tries.map((one) => one.workerId))) {
    if (await services.workers.owns(key, workerId)) return job
  }
  throw new NotFoundError('This worker holds no such job.')
}

/** The job a live lease of this very worker is for. Throws ConflictError where the lease has passed on. */
async function assertHolder(
  services: Services,
  principal: { userId: string },
  id: string,
  leaseId: string,
): Promise<Job> {
  const job = await assertKnown(services, principal, id)
  if (job.state !== 'leased' || job.leaseId !== leaseId || job.workerId === null) throw staleLease()
  const key = await services.workers.keyOf(principal)
  if (!(await services.workers.owns(key, job.workerId)))
    throw new ForbiddenError('This lease belongs to another worker.')
  return job
}

function staleLease(): LoomError {
  return new ConflictError('This lease is no longer held; the job went on without it. Nothing was changed.')
}

/** Outputs must be here, decode fully and be what they claim; then the story may show them. */
async function keepOutputs(
  services: Services,
  job: Job,
  outputs: readonly JobOutput[],
  recipe: unknown,
): Promise<void> {
  const size = z.looseObject({ widthPx: z.number(), heightPx: z.number() }).safeParse(job.input)
  for (const output of outputs) {
    const bytes = await services.blobs.read(output.sha256)
    if (bytes === null) throw new ConflictError('An output was not uploaded.', { sha256: output.sha256 })
    const facts = await checkImage(bytes)
    if (facts.mime !== output.mime || facts.width !== output.width || facts.height !== output.height) {
      throw new InvalidInputError('An output is not what it claims to be.', { claimed: output, found: facts })
    }
    const wrongSize = size.success && (facts.width !== size.data.widthPx || facts.height !== size.data.heightPx)
    if (output.role === 'image' && wrongSize)
      throw new InvalidInputError('The picture does not have the size that was asked for.')
    await services.images.add({ storyId: job.storyId, bytes, source: 'worker', recipe })
  }
}

async function present(job: Job, services: Services): Promise<z.input<typeof claimedJob>> {
  const leaseId = job.leaseId ?? ''
  return {
    jobId: job.id,
    kind: job.kind,
    attempt: job.attempt,
    leaseId,
    leaseUntil: job.leaseUntil ?? 0,
    deadline: null,
    frugal: job.frugal,
    input: z.record(z.string(), z.unknown()).parse(job.input),
    inputs: await Promise.all(
      job.inputs.map(async (hash) => ({
        sha256: hash,
        url: `${BASE}/blobs/${hash}?job=${job.id}&lease=${leaseId}`,
        bytes: (await services.blobs.size(hash)) ?? 0,
      })),
    ),
  }
}

/** All bytes, or one range of them; anything cleverer is answered whole. */
function rangeOf(bytes: Buffer, header: string | null): Response {
  const headers = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  }
  const [, from] = /^bytes=(\d{1,15})-$/.exec(header ?? '') ?? []
  if (from === undefined) return new Response(new Uint8Array(bytes), { headers })
  const start = Number(from)
  if (start >= bytes.byteLength) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${bytes.byteLength}` } })
  }
  return new Response(new Uint8Array(bytes.subarray(start)), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}` },
  })
}

function headerNumber(request: Request, name: string, fallback: number): number {
  const text = request.headers.get(name)
  if (text === null) return fallback
  if (!/^\d{1,15}$/.test(text)) throw new InvalidInputError(`The header ${name} must be a whole number.`)
  return Number(text)
}
