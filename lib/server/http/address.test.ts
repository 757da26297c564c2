import { describe, expect, test } from 'vitest'
import { addressReader } from './address.ts'

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
