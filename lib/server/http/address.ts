import { BlockList, isIP } from 'node:net'

/** Who the peer is, by the socket and by what trusted proxies say of it. */
export type AddressOf = (peer: string | undefined, forwardedFor: string | null) => string

/**
 * Reads the asker's address (B6). `X-Forwarded-For` counts only when the socket's peer is a configured proxy, and then
 * from the right: the first address that is no proxy of ours. Everything further left was written by the asker.
 * `proxies` are addresses or ranges such as 10.0.0.0/8.
 */
export function addressReader(proxies: readonly string[]): AddressOf {
  const trusted = new BlockList()
  for (const entry of proxies) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isProxy = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (peer, forwardedFor) => {
    let nearest = plain(peer ?? 'unknown')
    if (forwardedFor === null) return nearest
    for (const hop of forwardedFor.split(',').reverse()) {
      const said = plain(hop.trim())
      if (!isProxy(nearest) || isIP(said) === 0) return nearest
      nearest = said
    }
    return nearest
  }
}

/** An IPv4 peer on an IPv6 socket is the IPv4 address it is. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/**
 * What tries and requests from an address are counted under (B6): an IPv4 address, or the /64 of an IPv6 one. Whoever has
 * one IPv6 address has the whole /64 and could ask from a new one each time. Anything else is its own name.
 */
export function countedBy(address: string): string {
  if (isIP(address) !== 6) return address
  const [bare = ''] = address.split('%')
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
  if (groups.slice(0, 6).join() === '0,0,0,0,0,ffff') {
    // IPv4 written as IPv6 is counted as what it is.
    return groups
      .slice(6)
      .map((group) => parseInt(group, 16))
      .flatMap((pair) => [pair >> 8, pair & 255])
      .join('.')
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}
