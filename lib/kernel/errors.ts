/**
 * The error tree. Refusals a person can cause are `Result` values; these are thrown.
 *
 *   LoomError                  code               status  retryable  meaning
 *   ├ InvalidInputError        invalid-input      400     no         the request does not fit its schema
 *   ├ UnauthenticatedError     unauthenticated    401     no         nobody is signed in
 *   ├ ForbiddenError           forbidden          403     no         signed in, but not allowed
 *   ├ NotFoundError            not-found          404     no         absent, or not to be known by the asker
 *   ├ ConflictError            conflict           409     no         the guarded thing has moved on
 *   ├ TooLargeError            too-large          413     no         over a documented limit
 *   ├ OverQuotaError           over-quota         413     no         no room left of what one person may fill
 *   ├ RateLimitedError         rate-limited       429     yes        slow down; retryAfterMs says how long
 *   ├ UnavailableError         unavailable        503     yes        a part is down or full; nothing was stored
 *   ├ NotConfiguredError       not-configured     409     no         a backend is missing; the message says how to get it
 *   └ InternalError            internal           500     no         a broken invariant
 */
export class LoomError extends Error {
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  /** Extra facts a caller may show: never secrets, never prose. */
  readonly detail: Readonly<Record<string, unknown>>
  constructor(
    code: string,
    status: number,
    retryable: boolean,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.status = status
    this.retryable = retryable
    this.detail = detail
  }
}

type Detail = Readonly<Record<string, unknown>>

export class InvalidInputError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('invalid-input', 400, false, message, detail)
  }
}
export class UnauthenticatedError extends LoomError {
  constructor(message = 'Sign in first.', detail?: Detail) {
    super('unauthenticated', 401, false, message, detail)
  }
}
export class ForbiddenError extends LoomError {
  constructor(message = 'You may not do this.', detail?: Detail) {
    super('forbidden', 403, false, message, detail)
  }
}
export class NotFoundError extends LoomError {
  constructor(message = 'There is no such thing here.', detail?: Detail) {
    super('not-found', 404, false, message, detail)
  }
}
export class ConflictError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('conflict', 409, false, message, detail)
  }
}
export class TooLargeError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('too-large', 413, false, message, detail)
  }
}
export class OverQuotaError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('over-quota', 413, false, message, detail)
  }
}
export class RateLimitedError extends LoomError {
  constructor(retryAfterMs: number, message = 'Too many requests. Wait a moment.') {
    super('rate-limited', 429, true, message, { retryAfterMs })
  }
}
export class UnavailableError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('unavailable', 503, true, message, detail)
  }
}
export class NotConfiguredError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('not-configured', 409, false, message, detail)
  }
}
export class InternalError extends LoomError {
  constructor(message: string, detail?: Detail) {
    super('internal', 500, false, message, detail)
  }
}
