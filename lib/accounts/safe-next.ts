const HOME = '/'
/** No real page stands below this host; an address that leaves it would leave ours. */
const OURS = 'https://ours.invalid'

/** Only a path of our own that is no API address may follow a sign-in; anything else goes to the shelf (B8). */
export function safeNext(next: string | null): string {
  // Browsers drop tabs and line ends inside an address and read \ as /, so both are refused before anything is parsed.
  if (next === null || next.length > 2_000 || !/^\/(?![/\\])[^\\\p{C}]*$/u.test(next)) return HOME
  const url = URL.parse(next, OURS)
  if (url?.origin !== OURS || url.username !== '' || url.password !== '') return HOME
  // What dots lead to may begin with // again.
  if (url.pathname.startsWith('//') || /^\/api(\/|$)/i.test(url.pathname)) return HOME
  return url.pathname + url.search + url.hash
}
