import { expect, test } from 'vitest'
import { isLocal } from './local-address.ts'

test.each([
  ['http://127.0.0.1:8080/v1', true],
  ['http://127.1:8080/v1', true],
  ['http://10.1.2.3/v1', true],
  ['http://172.16.0.9/v1', true],
  ['http://192.168.1.20:1234/v1', true],
  ['http://[::1]:11434', true],
  ['http://[fd12::5]:8000', true],
  ['http://[::ffff:10.0.0.1]/', true],
  ['http://localhost:11434', true],
  ['http://LOCALHOST.:11434', true],
  ['http://models.localhost', true],
  ['http://studio.local:8080', true],
  // Names that only begin or end like such an address.
  ['https://10.example.com/v1', false],
  ['https://127.0.0.1.example.com/v1', false],
  ['https://192.168.example.com/v1', false],
  ['https://172.16.example.com/v1', false],
  ['https://localhost.example.com/v1', false],
  ['https://notlocalhost/v1', false],
  ['https://mylocal/v1', false],
  ['https://api.anthropic.com', false],
  ['https://8.8.8.8/v1', false],
  ['http://172.32.0.1/v1', false],
  ['not an address', false],
])('[WR30] %s is on the own network: %s', (url, local) => expect(isLocal(url)).toBe(local))
