import { beforeEach, expect, test } from 'vitest'
import type { Principal } from '#lib/accounts/policy.ts'
import { createTickets, TICKET_MS, type Tickets } from './tickets.ts'

const principal: Principal = {
  userId: 'us_1',
  sessionId: 'se_1',
  name: 'Mara',
  roles: ['admin'],
  owner: true,
  key: null,
}
const binding = { principal, storyId: 'st_1', documentId: 'prose:sc_1:0' }
let now = 0
let live = true
let tickets: Tickets
beforeEach(() => {
  now = 1_000
  live = true
  tickets = createTickets(
    () => now,
    () => live,
  )
})

test('[D1] a ticket has 256 bits and opens its document once', () => {
  const ticket = tickets.issue(binding)
  expect(ticket).toMatch(/^[\w-]{43}$/)
  expect(tickets.consume(ticket, binding.documentId)).toMatchObject(binding)
  expect(tickets.consume(ticket, binding.documentId)).toBeNull()
})

test('[D1] it is good for 30 seconds', () => {
  const first = tickets.issue(binding)
  now += TICKET_MS - 1
  expect(tickets.consume(first, binding.documentId)).not.toBeNull()
  const second = tickets.issue(binding)
  now += TICKET_MS
  expect(tickets.consume(second, binding.documentId)).toBeNull()
})

test('[D1] shown at another document it opens nothing and is used up', () => {
  const ticket = tickets.issue(binding)
  expect(tickets.consume(ticket, 'prose:sc_2:0')).toBeNull()
  expect(tickets.consume(ticket, binding.documentId)).toBeNull()
})

test('[D1] a ticket of an ended session opens nothing', () => {
  const ticket = tickets.issue(binding)
  live = false
  expect(tickets.consume(ticket, binding.documentId)).toBeNull()
})

test('[D1] one person holds at most 100; the oldest falls out, others keep theirs', () => {
  const other = tickets.issue({ ...binding, principal: { ...principal, userId: 'us_2' } })
  const mine = Array.from({ length: 101 }, () => tickets.issue(binding))
  expect(tickets.consume(mine[0] ?? '', binding.documentId)).toBeNull()
  expect(tickets.consume(mine[1] ?? '', binding.documentId)).not.toBeNull()
  expect(tickets.consume(other, binding.documentId)).not.toBeNull()
})
