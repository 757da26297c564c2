import { lookup as dnsLookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

/**
 * Addresses no provider may live at: link-local (which holds the cloud metadata services), unspecified, multicast
 * and reserved. Loopback and private networks stay allowed, because the host alone sets these addresses and local
 * models live there (security.md F6).
 */
const refused = new BlockList()
refused.addSubnet('169.254.0.0', 16, 'ipv4')
refused.addSubnet('0.0.0.0', 8, 'ipv4')
refused.addSubnet('224.0.0.0', 3, 'ipv4')
refused.addAddress('100.100.100.200', 'ipv4')
refused.addAddress('192.0.0.192', 'ipv4')
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addSubnet('ff00::', 8, 'ipv6')
refused.addAddress('::', 'ipv6')
refused.addAddress('fd00:ec2::254', 'ipv6')
// Ways to write an IPv4 address in IPv6: a translator would carry them to the refused network.
refused.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
refused.addSubnet('::ffff:169.254.0.0', 112, 'ipv6')

const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data', 'metadata'])

/** Whether an IP address is one a provider may have. */
export function addressAllowed(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return false
  return !refused.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Why a provider address may not be used, in words for the person who set it; null when it may. */
export function checkOutbound(url: string): string | null {
  const parsed = URL.parse(url)
  if (!parsed) return 'This is not an address.'
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'Only http and https addresses are allowed.'
  if (parsed.username !== '' || parsed.password !== '') return 'The address must not hold a name or password.'
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (METADATA_NAMES.has(host.toLowerCase())) return 'This address belongs to a metadata service.'
  if (isIP(host) !== 0 && !addressAllowed(host)) return 'The address points to a network that is not allowed.'
  return null
}

/** DNS lookup that refuses a name when any of its addresses is refused. Used at connect time. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const first = addresses[0]
    if (!first || addresses.some((entry) => !addressAllowed(entry.address))) {
      const problem: NodeJS.ErrnoException = new Error('address refused')
      problem.code = 'LOOM_OUTBOUND'
      return callback(problem, '', 0)
    }
    // Node's "all" form hands the list over; the type of the callback knows both shapes.
    if (options.all) return callback(null, addresses)
    return callback(null, first.address, first.family)
  })
}
