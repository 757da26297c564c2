import { BlockList, isIP } from 'node:net'

// Which addresses the server may connect to (security.md F6). Rules over bytes, never over how an address is written.

/** `private` needs the admin's allow-list; `never` stays shut whatever the list says. */
export type AddressKind = 'public' | 'private' | 'never'

/** Private addresses the admin allows: names as typed, addresses and CIDR ranges. */
export interface AllowList {
  readonly names: ReadonlySet<string>
  readonly ranges: BlockList
}

/** This machine, as entries of an allow-list. */
export const LOOPBACK_ENTRIES: readonly string[] = ['127.0.0.0/8', '::1']

const NEVER_V4 = [
  '0.0.0.0/8', // this network; reaches loopback on some systems
  '100.100.100.200', // metadata of a cloud inside the shared range
  '168.63.129.16', // platform service of a cloud, an ordinary address by its look
  '169.254.0.0/16', // link-local, which holds the metadata services
  '192.0.0.192', // metadata of a cloud
  '224.0.0.0/3', // multicast, reserved, broadcast
]
const PRIVATE_V4 = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
]
const NEVER_V6 = [
  '::/96', // unspecified and the old embedding of IPv4; ::1 is looked at before
  '64:ff9b:1::/48', // translation inside a network
  '100::/64', // discarded
  '2001::/32', // Teredo: carries to an address we cannot see
  '2002::/16', // 6to4: likewise
  'fd00:ec2::254', // metadata of a cloud
  'fd20:ce::254', // metadata of a cloud
  'fe80::/10', // link-local
  'ff00::/8', // multicast
]
/** Only these are the internet; the rest of IPv6 counts as private, so that a range we never heard of stays shut. */
const PUBLIC_V6 = ['2000::/3']
const DOCUMENTATION_V6 = ['2001:db8::/32', '2001:2::/48', '3fff::/20']

const neverV4 = listOf(NEVER_V4)
const privateV4 = listOf(PRIVATE_V4)
const neverV6 = listOf(NEVER_V6)
const publicV6 = listOf(PUBLIC_V6)
const documentationV6 = listOf(DOCUMENTATION_V6)

/** What kind of address this is. Something that is no IP address is `never`. */
export function addressKind(address: string): AddressKind {
  if (isIP(address) === 4) return kindOfV4(address)
  const groups = groupsOf(address)
  if (groups === null) return 'never'
  const mapped = mappedV4(groups)
  if (mapped !== null) return kindOfV4(mapped)
  // A translator carries 64:ff9b::/96 to the IPv4 address inside; only the internet may be reached so.
  const translated = groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)
  if (translated) return kindOfV4(lastV4(groups)) === 'public' ? 'public' : 'never'
  const plain = groups.map((group) => group.toString(16)).join(':')
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) return 'private'
  if (neverV6.check(plain, 'ipv6')) return 'never'
  return publicV6.check(plain, 'ipv6') && !documentationV6.check(plain, 'ipv6') ? 'public' : 'private'
}

/** Whether a connection to this address, reached under that name, may be opened. */
export function addressAllowed(name: string, address: string, allow: AllowList): boolean {
  const kind = addressKind(address)
  if (kind !== 'private') return kind === 'public'
  if (allow.names.has(name)) return true
  const groups = isIP(address) === 6 ? groupsOf(address) : null
  const plain = (groups && mappedV4(groups)) ?? address
  return allow.ranges.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** Why this is no entry of an allow-list; null when it is one. */
export function allowEntryProblem(entry: string): string | null {
  const [address = '', prefix, ...more] = entry.split('/')
  const family = isIP(address)
  if (family !== 0) {
    if (more.length > 0) return 'not an address range'
    if (prefix === undefined) return addressKind(address) === 'never' ? 'an address that is never allowed' : null
    const most = family === 4 ? 32 : 128
    return /^\d{1,3}$/.test(prefix) && Number(prefix) <= most ? null : 'not an address range'
  }
  return /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(entry) &&
    !/^[\d.]+$/.test(entry)
    ? null
    : 'not an address, range or host name'
}

/** Builds an allow-list. Throws RangeError for an entry that is none. */
export function allowListOf(entries: readonly string[]): AllowList {
  for (const entry of entries) {
    const problem = allowEntryProblem(entry)
    if (problem) throw new RangeError(`${entry}: ${problem}`)
  }
  return {
    names: new Set(entries.filter((entry) => isIP(entry.split('/')[0] ?? '') === 0)),
    ranges: listOf(entries.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0)),
  }
}

function kindOfV4(address: string): AddressKind {
  if (neverV4.check(address, 'ipv4')) return 'never'
  return privateV4.check(address, 'ipv4') ? 'private' : 'public'
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** The eight groups of an IPv6 address, or null when it is none. A zone (`%eth0`) makes it none: it is link-local. */
function groupsOf(address: string): number[] | null {
  // The URL parser writes every form of one address in one way, the dotted tail included.
  const written = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1)
  if (written === undefined) return null
  const [head = '', tail] = written.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16))
}

/** The IPv4 address of `::ffff:a.b.c.d`, which systems connect to as IPv4. */
function mappedV4(groups: readonly number[]): string | null {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff ? lastV4(groups) : null
}

function lastV4(groups: readonly number[]): string {
  return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 255]).join('.')
}
