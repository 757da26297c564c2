import { describe, expect, test } from 'vitest'
import { addressReader, countedBy } from './address.ts'

describe('[B6] forwarded addresses', () => {
  const behind = addressReader(['10.0.0.0/8', '2001:db8::1'])

  test.each<[string, string, string | null, string]>([
    ['no header', '10.0.0.1', null, '10.0.0.1'],
    ['one hop', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['two proxies of ours', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['a made-up address in front', '10.0.0.1', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['a made-up proxy in front', '10.0.0.1', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['an IPv6 proxy', '2001:db8::1', '2001:db8::99', '2001:db8::99'],
    ['a peer mapped into IPv6', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['no address at all', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['nonsense after a good hop', '10.0.0.1', '<script>, 203.0.113.9', '203.0.113.9'],
  ])('[B6] behind a proxy: %s', (_, peer, header, expected) => expect(behind(peer, header)).toBe(expected))

  const spoofs = [
    '127.0.0.1',
    '10.0.0.1',
    '::1',
    '203.0.113.1',
    '127.0.0.1, 10.0.0.1',
    'localhost',
    'unknown',
    '::ffff:127.0.0.1',
    '10.0.0.1, 10.0.0.2, 10.0.0.3',
    '',
  ]
  test.each(spoofs)('[B6] a peer that is no proxy says "%s" and is not believed', (header) => {
    expect(behind('198.51.100.7', header)).toBe('198.51.100.7')
    expect(addressReader([])('127.0.0.1', header)).toBe('127.0.0.1')
  })
})

describe('[B6] what an address is counted under', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['unknown', 'unknown'],
    ['command line', 'command line'],
  ])('[B6] %s counts under %s', (address, expected) => expect(countedBy(address)).toBe(expected))
})
