import { describe, expect, test } from 'vitest'
import { addressAllowed, addressKind, allowEntryProblem, allowListOf, LOOPBACK_ENTRIES } from './addresses.ts'
import { createOutbound } from './outbound.ts'

const none = createOutbound({ allow: allowListOf([]) })
const loopback = createOutbound({ allow: allowListOf(LOOPBACK_ENTRIES) })
const house = createOutbound({ allow: allowListOf(['192.168.1.0/24', 'fd12::/16', 'ollama.lan', '10.0.0.7']) })

/** Address, and who may use it: everybody, where this machine is allowed, where that range is allowed, nobody. */
const CASES: readonly (readonly [string, 'all' | 'loopback' | 'house' | 'none'])[] = [
  // the internet
  ['https://api.anthropic.com', 'all'],
  ['https://models.example.test/v1', 'all'],
  ['http://models.example.test', 'all'],
  ['https://8.8.8.8/', 'all'],
  ['http://1.1.1.1:8080/v1', 'all'],
  ['https://[2606:4700::1111]/', 'all'],
  ['https://[2a00:1450:4001:82a::200e]:8443/', 'all'],
  ['http://[::ffff:8.8.8.8]/', 'all'],
  ['http://[64:ff9b::808:808]/', 'all'],
  ['http://0x08.0x08.0x08.0x08/', 'all'],
  ['http://134744072/', 'all'],
  ['https://xn--bcher-kva.example/', 'all'],
  ['http://192.0.1.1/', 'all'],
  ['http://172.15.255.255/', 'all'],
  ['http://172.32.0.0/', 'all'],
  ['http://100.63.255.255/', 'all'],
  ['http://100.128.0.0/', 'all'],
  ['http://11.0.0.0/', 'all'],
  ['http://223.255.255.255/', 'all'],
  ['http://localhost.example.com/', 'all'],
  ['http://127.0.0.1.nip.io/', 'all'], // looked up when connecting, and refused there
  // this machine, in every spelling
  ['http://127.0.0.1:11434', 'loopback'],
  ['http://127.0.0.1', 'loopback'],
  ['http://127.1/', 'loopback'],
  ['http://127.0.1/', 'loopback'],
  ['http://127.255.255.254:8080/', 'loopback'],
  ['http://2130706433/', 'loopback'],
  ['http://0x7f000001/', 'loopback'],
  ['http://0x7f.0.0.1/', 'loopback'],
  ['http://0177.0.0.1/', 'loopback'],
  ['http://0177.0.0.01/', 'loopback'],
  ['http://017700000001/', 'loopback'],
  ['http://127.0.0.1./', 'loopback'],
  ['http://１２７.０.０.１/', 'loopback'],
  ['http://127。0。0。1/', 'loopback'],
  ['http://①②⑦.0.0.1/', 'loopback'],
  ['http://%31%32%37.0.0.1/', 'loopback'],
  ['http://localhost:8080/v1', 'loopback'],
  ['http://LOCALHOST/', 'loopback'],
  ['http://localhost./', 'loopback'],
  ['http://LocalHost.:8080/', 'loopback'],
  ['http://api.localhost/', 'loopback'],
  ['http://a.b.localhost.:8188/', 'loopback'],
  ['http://[::1]:11434', 'loopback'],
  ['http://[0:0:0:0:0:0:0:1]/', 'loopback'],
  ['http://[0000:0000:0000:0000:0000:0000:0000:0001]/', 'loopback'],
  ['http://[::ffff:127.0.0.1]/', 'loopback'],
  ['http://[::ffff:7f00:1]/', 'loopback'],
  ['http://[::FFFF:7F00:0001]/', 'loopback'],
  ['http://[0:0:0:0:0:ffff:127.0.0.1]/', 'loopback'],
  ['http:127.0.0.1', 'loopback'],
  ['http:\\\\127.0.0.1\\', 'loopback'],
  ['http://127.0.0.1:80#@example.com/', 'loopback'],
  ['http://127.0.0.1\\@example.com/', 'loopback'],
  ['\thttp://127.0.0.1/\n', 'loopback'],
  ['ht\ntp://127.0.0.1/', 'loopback'],
  // private networks, of which some are on the list
  ['http://192.168.1.20:1234/v1', 'house'],
  ['http://192.168.1.0/', 'house'],
  ['http://192.168.1.255/', 'house'],
  ['http://3232235796/', 'house'],
  ['http://0300.0250.1.20/', 'house'],
  ['http://[::ffff:192.168.1.20]/', 'house'],
  ['http://[fd12::5]:8000/', 'house'],
  ['http://10.0.0.7/', 'house'],
  ['http://192.168.0.255/', 'none'],
  ['http://192.168.2.1/', 'none'],
  ['http://10.0.0.1/', 'none'],
  ['http://10.0.0.8/', 'none'],
  ['http://10.255.255.255/', 'none'],
  ['http://167772161/', 'none'],
  ['http://012.0.0.1/', 'none'],
  ['http://172.16.0.1/', 'none'],
  ['http://172.31.255.255/', 'none'],
  ['http://100.64.0.1/', 'none'],
  ['http://100.127.255.255/', 'none'],
  ['http://192.0.0.8/', 'none'],
  ['http://192.0.2.1/', 'none'],
  ['http://192.88.99.1/', 'none'],
  ['http://198.18.0.1/', 'none'],
  ['http://198.19.255.255/', 'none'],
  ['http://198.51.100.7/', 'none'],
  ['http://203.0.113.7/', 'none'],
  ['http://[fc00::1]/', 'none'],
  ['http://[fdff:ffff::1]/', 'none'],
  ['http://[fec0::1]/', 'none'],
  ['http://[2001:db8::1]/', 'none'],
  ['http://[3fff::1]/', 'none'],
  ['http://[5f00::1]/', 'none'],
  ['http://[4000::1]/', 'none'],
  ['http://[::ffff:10.0.0.1]/', 'none'],
  ['http://[::ffff:a00:1]/', 'none'],
  // never, whatever is on the list
  ['http://169.254.169.254/latest/meta-data', 'none'],
  ['http://169.254.0.1/', 'none'],
  ['http://169.254.170.2/', 'none'],
  ['http://0xA9FEA9FE/', 'none'],
  ['http://2852039166/', 'none'],
  ['http://0251.0376.0251.0376/', 'none'],
  ['http://025177524776/', 'none'],
  ['http://[::ffff:169.254.169.254]/', 'none'],
  ['http://[::ffff:a9fe:a9fe]/', 'none'],
  ['http://[::169.254.169.254]/', 'none'],
  ['http://[::127.0.0.1]/', 'none'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'none'],
  ['http://[64:ff9b::7f00:1]/', 'none'],
  ['http://[64:ff9b::a00:1]/', 'none'],
  ['http://[64:ff9b:1::a00:1]/', 'none'],
  ['http://[64:ff9b:1::808:808]/', 'none'],
  ['http://[2002:7f00:1::]/', 'none'],
  ['http://[2002:a9fe:a9fe::1]/', 'none'],
  ['http://[2001::1]/', 'none'],
  ['http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/', 'none'],
  ['http://[fe80::1]/', 'none'],
  ['http://[febf::1]/', 'none'],
  ['http://[fd00:ec2::254]/', 'none'],
  ['http://[fd20:ce::254]/', 'none'],
  ['http://[100::1]/', 'none'],
  ['http://[ff02::1]/', 'none'],
  ['http://[::]/', 'none'],
  ['http://0.0.0.0/', 'none'],
  ['http://0.0.0.0:11434/', 'none'],
  ['http://0/', 'none'],
  ['http://0.1.2.3/', 'none'],
  ['http://100.100.100.200/', 'none'],
  ['http://192.0.0.192/', 'none'],
  ['http://168.63.129.16/', 'none'],
  ['http://224.0.0.1/', 'none'],
  ['http://239.255.255.250/', 'none'],
  ['http://240.0.0.1/', 'none'],
  ['http://255.255.255.255/', 'none'],
  ['http://metadata.google.internal/computeMetadata/v1/', 'none'],
  ['http://metadata.google.internal./x', 'none'],
  ['http://METADATA.GOOGLE.INTERNAL/', 'none'],
  ['http://metadata/', 'none'],
  ['http://metadata.goog/', 'none'],
  ['http://instance-data/latest', 'none'],
  // other schemes, names inside, ports of other services
  ['file:///etc/passwd', 'none'],
  ['ftp://models.example.test/', 'none'],
  ['gopher://models.example.test/', 'none'],
  ['ws://models.example.test/', 'none'],
  ['data:text/plain,x', 'none'],
  ['javascript:alert(1)', 'none'],
  ['blob:https://models.example.test/1', 'none'],
  ['unix:/var/run/docker.sock', 'none'],
  ['//models.example.test/', 'none'],
  ['not an address', 'none'],
  ['', 'none'],
  ['http://', 'none'],
  ['http://[fe80::1%25eth0]/', 'none'],
  ['http://1.2.3.4.5/', 'none'],
  ['http://256.1.1.1/', 'none'],
  ['https://user:pass@models.example.test/v1', 'none'],
  ['https://user@models.example.test/v1', 'none'],
  ['http://models.example.test@169.254.169.254/', 'none'],
  ['http://models.example.test:22/', 'none'],
  ['http://models.example.test:25/', 'none'],
  ['http://models.example.test:81/', 'none'],
  ['http://models.example.test:1023/', 'none'],
  ['http://models.example.test:2375/', 'none'],
  ['http://models.example.test:3306/', 'none'],
  ['http://models.example.test:5432/', 'none'],
  ['http://models.example.test:6379/', 'none'],
  ['http://models.example.test:9200/', 'none'],
  ['http://models.example.test:11211/', 'none'],
  ['http://models.example.test:27017/', 'none'],
  ['http://models.example.test:0/', 'none'],
  ['http://models.example.test:65536/', 'none'],
  ['http://models.example.test:1024/', 'all'],
  ['http://models.example.test:65535/', 'all'],
]

describe('addresses', () => {
  test('[F6] there are at least 120 cases, each once', () => {
    expect(new Set(CASES.map(([url]) => url)).size).toBe(CASES.length)
    expect(CASES.length).toBeGreaterThanOrEqual(120)
  })

  test.each(CASES)('[F6] [WR8] %j is for %s', (url, who) => {
    const allowed = [none, loopback, house].map((outbound) => outbound.refusal(url) === null)
    expect(allowed).toEqual([who === 'all', who === 'all' || who === 'loopback', who === 'all' || who === 'house'])
  })

  test('[F6] a private address is refused with the way to allow it, a forbidden one without', () => {
    expect(none.refusal('http://192.168.1.20:1234/v1')).toContain('LOOM_OUTBOUND_ALLOW=192.168.1.20')
    expect(none.refusal('http://169.254.169.254/')).not.toContain('LOOM_OUTBOUND_ALLOW')
  })

  test('[F6] a name on the list may be private, another name at the same address may not', () => {
    const allow = allowListOf(['ollama.lan'])
    expect(addressAllowed('ollama.lan', '10.9.9.9', allow)).toBe(true)
    expect(addressAllowed('other.lan', '10.9.9.9', allow)).toBe(false)
    expect(addressAllowed('ollama.lan', '169.254.169.254', allow)).toBe(false)
  })

  test('[F6] the whole of IPv4 on the list still opens nothing that is never allowed', () => {
    const all = createOutbound({ allow: allowListOf(['0.0.0.0/0', '::/0']) })
    expect(all.refusal('http://10.0.0.1/')).toBeNull()
    for (const url of ['http://169.254.169.254/', 'http://0.0.0.0/', 'http://[fe80::1]/', 'http://metadata/'])
      expect([url, all.refusal(url)]).not.toEqual([url, null])
  })

  test.each(['localhost', 'x', '', '1.2.3', '::g', '1.2.3.4/8', 'fe80::1%eth0'])(
    '[F6] %j is no address and so never allowed',
    (text) => expect(addressKind(text)).toBe('never'),
  )

  test.each([
    ['192.168.1.20', true],
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['ollama.lan', true],
    ['localhost', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/8/8', false],
    ['fd00::/129', false],
    ['169.254.169.254', false],
    ['http://ollama.lan', false],
    ['ollama.lan:11434', false],
    ['*.lan', false],
    ['1.2.3', false],
    ['-x', false],
    ['', false],
  ])('[F6] %j as an entry of the list: %s', (entry, fits) => {
    expect(allowEntryProblem(entry) === null).toBe(fits)
    if (!fits) expect(() => allowListOf([entry])).toThrow(RangeError)
  })
})
