import { addressKind } from '../outbound/addresses.ts'

/**
 * Whether an address is on this machine or a private network, so that the screen can say what leaves and what costs.
 * A name is looked up only when connecting, so any name counts as elsewhere, except those that cannot be: `localhost`,
 * and `.local`, which only the own network answers.
 */
export function isLocal(baseUrl: string): boolean {
  const host = (URL.parse(baseUrl)?.hostname ?? '').replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return /(^|\.)localhost$|\.local$/.test(host) || addressKind(host) === 'private'
}
