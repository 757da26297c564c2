import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { test } from './support/test.ts'

// The queue in the dock, on the real server: what ran, what waits and for what, what failed; cancel and queue again.

/** Of the dock; the map beside it is looked at in its own tests. */
async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).include('[role=tabpanel]').analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([])
}

/** Puts copies of a finished job of the sample into the queue, in states that would take a broken machine to reach. */
function addJobs(dataDir: string, changes: Readonly<Record<string, string | number | null>>[]) {
  const db = new Database(join(dataDir, 'app.db'), { timeout: 60_000 })
  try {
    const done = db.prepare(`SELECT * FROM "GpuJob" WHERE "state" = 'done' LIMIT 1`).get() as Record<string, unknown>
    for (const change of changes) {
      const row: Record<string, unknown> = {
        ...done,
        createdAt: Date.now(),
        result: null,
        followUp: 'none',
        reuse: 0,
        ...change,
      }
      const names = Object.keys(row)
      const places = names.map((name) => `@${name}`).join(', ')
      db.prepare(`INSERT INTO "GpuJob" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${places})`).run(row)
    }
  } finally {
    db.close()
  }
}

test('the queue says what ran, what is missing and what failed; cancel and queue again', async ({ page, app }) => {
  await page.goto('/')
  await page.getByRole('link', { name: "The Keeper's Ledger" }).click()
  await page.waitForURL('**/graph**')
  await page.getByRole('tab', { name: /^Jobs/ }).click()
  const rows = page.getByRole('list', { name: 'Jobs of this story, newest first' }).getByRole('listitem')
  await expect(rows.first()).toContainText('Draw a panel')
  await expect(rows.filter({ hasText: 'Done' }).first()).toContainText('by storyboard')

  addJobs(app.dataDir, [
    {
      id: 'jo_waits',
      state: 'queued',
      backend: 'diffusers',
      startedAt: null,
      finishedAt: null,
      attempt: 0,
      usage: null,
    },
    {
      id: 'jo_failed',
      state: 'failed',
      createdAt: Date.now() - 1,
      failure: JSON.stringify({ class: 'oom', code: 'cuda-oom', message: 'The card was full.', detail: {} }),
    },
  ])
  await page.reload()
  const waiting = rows.filter({ hasText: 'No running worker has this image backend' })
  await expect(waiting).toContainText('Waiting')
  const failed = rows.filter({ hasText: 'The card was full.' })
  await expect(failed).toContainText('ran out of memory')
  await expectNoViolations(page)

  await waiting.getByRole('button', { name: 'Cancel: Draw a panel' }).click()
  const cancelled = rows.filter({ hasText: 'Cancelled' }).filter({ hasText: 'by diffusers' })
  await expect(cancelled).toContainText('by diffusers')
  await cancelled.getByRole('button', { name: 'Queue again: Draw a panel' }).click()
  await expect(waiting).toContainText('Waiting')
  await page.reload()
  await expect(waiting).toContainText('Waiting')

  await failed.getByRole('button', { name: 'Queue again: Draw a panel' }).click()
  await expect(failed).toHaveCount(0)
  await expect(rows.filter({ hasText: 'Failed' })).toHaveCount(0)
})
