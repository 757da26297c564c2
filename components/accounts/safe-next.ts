/** Only a path of our own may follow a sign-in; anything else goes to the shelf. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/'
}
