import type { Failure, FailureClass } from '#lib/jobs/job.ts'

/** A try that ended on purpose, with the class that decides what follows (JO6). */
export class JobFailed extends Error {
  readonly failure: Failure
  constructor(failureClass: FailureClass, code: string, message: string, detail: Failure['detail'] = {}) {
    super(message)
    this.name = 'JobFailed'
    this.failure = { class: failureClass, code, message, detail }
  }
}

/** Thrown by `context.step` when the job must stop now. Handlers let it through. */
export class JobStopped extends Error {
  readonly because: 'cancelled' | 'lease-lost' | 'draining'
  constructor(because: JobStopped['because']) {
    super(`the job was stopped: ${because}`)
    this.name = 'JobStopped'
    this.because = because
  }
}
