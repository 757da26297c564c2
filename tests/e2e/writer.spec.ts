import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { FAKE_TEXT, fakeLlmWire, type FakeWire } from '../fakes/fake-llm-wire.ts'
import { sampleId } from './support/sample.ts'
import { test } from './support/test.ts'

// The writer on the real server: offline outlines, a loopback model that misbehaves, proposals, context, settings.

let wire: FakeWire
test.beforeAll(async () => {
  wire = await fakeLlmWire()
})
test.afterAll(() => wire.close())

interface Opened {
  readonly storyId: string
  readonly sceneId: string
  readonly title: string
}

async function openScene(page: Page, place: string, at: number): Promise<Opened> {
  const storyId = await sampleId(page)
  await page.goto(`/stories/${storyId}/write`)
  const section = page.locator('.prose-scene').nth(at)
  await expect(section).toBeAttached()
  const sceneId = (await section.getAttribute('id'))?.replace('scene-', '') ?? ''
  const title = (await section.getAttribute('aria-label')) ?? ''
  await page.goto(`/stories/${storyId}/${place}?scenes=${sceneId}&dock=writer`)
  await expect(page.getByRole('button', { name: 'Continue the scene' })).toBeVisible()
  return { storyId, sceneId, title }
}

const pending = (page: Page) => page.getByRole('region', { name: 'Pending text, not in the scene yet' })

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html.slice(0, 160)}`)).toEqual([])
}

async function useModel(page: Page): Promise<void> {
  const body = { enabled: true, baseUrl: `${wire.url}/v1`, model: 'tiny-1', key: 'sk-e2e-4321' }
  const headers = { origin: new URL(page.url()).origin }
  expect((await page.request.put('/api/providers/openai-compatible', { data: body, headers })).ok()).toBe(true)
}

test('an offline outline waits in the text, is accepted as marked text, and undo takes it back', async ({ page }) => {
  const { sceneId } = await openScene(page, 'write', 0)
  const text = page.locator(`#scene-${sceneId} .prose-text`)
  await expect(page.getByText('outline-1 is a set of rules, not a model.')).toBeVisible()
  await page.getByLabel('Instruction').fill('Somebody knocks.')
  await page.getByRole('button', { name: 'Continue the scene' }).click()
  await expect(text.locator('.prose-pending')).toContainText('As asked: Somebody knocks.')
  await expect(pending(page)).toContainText('offline/outline-1 (by rules)')
  await expectAccessible(page)
  await pending(page).getByRole('button', { name: 'Accept' }).click()
  await expect(pending(page)).toHaveCount(0)
  await expect(text.locator('[data-ai-run]').first()).toContainText('[Outline]')
  await text.click()
  await page.keyboard.press('Control+Z')
  await expect(text.locator('[data-ai-run]')).toHaveCount(0)
})

test('a draft is edited first, also where the text is not open', async ({ page }) => {
  const { storyId, sceneId } = await openScene(page, 'graph', 1)
  await page.getByRole('button', { name: 'Continue the scene' }).click()
  await pending(page).getByRole('button', { name: 'Edit first' }).click()
  await pending(page).getByRole('textbox').fill('Rain came in from the west.')
  await pending(page).getByRole('button', { name: 'Accept edited text' }).click()
  await expect(pending(page)).toHaveCount(0)
  await page.goto(`/stories/${storyId}/write?scenes=${sceneId}`)
  await expect(page.locator(`#scene-${sceneId} [data-ai-run]`)).toHaveText('Rain came in from the west.')
})

test('a streaming draft is stopped, kept as incomplete over a reload, and discarded', async ({ page }) => {
  const { sceneId } = await openScene(page, 'write', 2)
  await useModel(page)
  await page.reload()
  wire.modes.splice(0, wire.modes.length, 'stall')
  await page.getByRole('button', { name: 'Continue the scene' }).click()
  await expect(pending(page)).toContainText('The lamp went out.')
  await pending(page).getByRole('button', { name: 'Stop' }).click()
  await expect(pending(page)).toContainText('Incomplete: stopped by you')
  await page.reload()
  await expect(page.locator(`#scene-${sceneId} .prose-pending`)).toContainText('Incomplete: stopped by you')
  await expect(pending(page)).toContainText('The lamp went out.')
  await pending(page).getByRole('button', { name: 'Discard' }).click()
  await expect(pending(page)).toHaveCount(0)
  await expect(page.getByText('Discarded').first()).toBeVisible()
})

test('[WR38] an earlier draft stays within reach when a later one or three branches are asked for', async ({
  page,
}) => {
  const { storyId, sceneId } = await openScene(page, 'write', 2)
  const text = page.locator(`#scene-${sceneId} .prose-text`)
  const rows = page.getByRole('region', { name: 'Earlier runs' }).getByRole('listitem')
  await page.getByRole('combobox', { name: 'Provider' }).click()
  await page.getByRole('option', { name: /Offline/ }).click()
  for (const wish of ['A bell is heard.', 'A dog barks.', 'A door falls shut.']) {
    await page.getByLabel('Instruction').fill(wish)
    await page.getByRole('button', { name: 'Continue the scene' }).click()
    await expect(pending(page)).toContainText(`As asked: ${wish}`)
  }
  const row = (wish: string) => rows.filter({ hasText: `As asked: ${wish}` })
  // The newest stands in the text with its own buttons; the rows of the others carry theirs.
  await expect(row('A door falls shut.').getByRole('button', { name: 'Accept' })).toHaveCount(0)
  await pending(page).getByRole('button', { name: 'Edit first' }).click()
  await pending(page).getByRole('textbox').fill('A door falls shut, half edited.')
  await row('A bell is heard.').getByRole('button', { name: 'Accept' }).click()
  await expect(text.locator('[data-ai-run]').filter({ hasText: 'As asked: A bell is heard.' })).toBeVisible()
  await expect(row('A bell is heard.')).toContainText('Accepted')
  await expect(text.locator('.prose-pending').getByRole('textbox')).toHaveValue('A door falls shut, half edited.')
  // Taken, it comes after what was taken before it.
  await pending(page).getByRole('button', { name: 'Accept edited text' }).click()
  await expect(pending(page)).toHaveCount(0)
  await expect(text.locator('[data-ai-run]').last()).toHaveText('A door falls shut, half edited.')
  await expect(text.locator('.prose-pending')).toHaveCount(0)
  await expectAccessible(page)
  // Away from the text, three branches leave the draft where it can be decided.
  await page.getByLabel('Instruction').fill('A gull cries.')
  await page.getByRole('button', { name: 'Continue the scene' }).click()
  await expect(pending(page)).toContainText('As asked: A gull cries.')
  await page.goto(`/stories/${storyId}/graph?scenes=${sceneId}&dock=writer`)
  await page.getByRole('button', { name: 'Suggest three branches' }).click()
  await expect(page.getByRole('article')).toHaveCount(3)
  await expect(pending(page)).toContainText('As asked: A gull cries.')
  await row('A dog barks.').getByRole('button', { name: 'Discard' }).click()
  await expect(row('A dog barks.')).toContainText('Discarded')
  await pending(page).getByRole('button', { name: 'Discard' }).click()
  await expect(pending(page)).toHaveCount(0)
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

test('the drawer shows byte for byte what the model received, and leaves out what one takes out', async ({ page }) => {
  await openScene(page, 'write', 3)
  await useModel(page)
  await page.reload()
  await page.getByRole('button', { name: 'Show context' }).first().click()
  const drawer = page.getByRole('dialog', { name: 'Context' })
  await expect(drawer.getByText('Exactly what would be sent now.')).toBeVisible()
  await expectAccessible(page)
  const leaveOut = drawer.getByRole('button', { name: /^Leave out once/ })
  const before = await leaveOut.count()
  await leaveOut.first().click()
  await expect(drawer.getByText('left out by you')).toBeVisible()
  await expect(leaveOut).toHaveCount(before - 1)
  const shown = await drawer.locator('pre').evaluateAll((items) => items.map((item) => item.textContent))
  await page.keyboard.press('Escape')
  wire.modes.splice(0, wire.modes.length, 'ok')
  wire.requests.length = 0
  await page.getByRole('button', { name: 'Continue the scene' }).click()
  await expect(pending(page)).toContainText(FAKE_TEXT.slice(-20))
  const sent = wire.requests[0]?.body as { messages: { content: string }[] }
  expect(shown.join('\n\n')).toBe(sent.messages.map((message) => message.content).join('\n\n'))
  await pending(page).getByRole('button', { name: 'Discard' }).click()
})

test('three suggestions: one becomes a scene on a new branch, one is discarded, undo opens it again', async ({
  page,
}) => {
  const { storyId, title } = await openScene(page, 'write', 1)
  await page.getByRole('combobox', { name: 'Provider' }).click()
  await page.getByRole('option', { name: /Offline/ }).click()
  await page.getByRole('button', { name: 'Suggest three branches' }).click()
  const cards = page.getByRole('article')
  await expect(cards).toHaveCount(3)
  const name = (await cards.first().getByRole('heading').textContent()) ?? ''
  await cards.first().getByRole('button', { name: 'Make it a scene' }).click()
  await expect(cards.first()).toContainText('Accepted')
  await cards.nth(1).getByRole('button', { name: 'Discard' }).click()
  await expect(cards.nth(1)).toContainText('Discarded')
  await page.goto(`/stories/${storyId}/room`)
  const column = (label: string) => page.getByRole('region', { name: label, exact: true })
  await expect(column('Accepted').getByRole('article')).toContainText([name])
  await expect(column('Accepted')).toContainText(`from “${title}”`)
  await expect(column('Accepted')).toContainText('Asked by Ada Weaver')
  await expect(column('Discarded').getByRole('article')).toHaveCount(1)
  await expectAccessible(page)
  await page.getByRole('banner').getByRole('button', { name: /^Undo/ }).click()
  await expect(column('Open').getByRole('article')).toContainText([name])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expectAccessible(page)
})

test('settings: a provider is set, tested by a real call, and its key never comes back', async ({ page }) => {
  wire.modes.splice(0, wire.modes.length, 'ok')
  await page.goto('/settings#writer')
  const form = page.getByRole('region', { name: 'Ollama' })
  // A closed port first, then the real one without a model: the test stores what the form holds and says what is wrong.
  await form.getByLabel('Address').fill('http://127.0.0.1:9999')
  await form.getByRole('button', { name: 'Save and test' }).click()
  await expect(form.getByText('Nothing answers at the address. Is the server running')).toBeVisible()
  await form.getByLabel('Address').fill(wire.url)
  await form.getByRole('button', { name: 'Save and test' }).click()
  await expect(form.getByText('It answers. Choose one of its models, then test again.')).toBeVisible()
  await expect(form.getByText('Models there: tiny-1')).toBeVisible()
  await form.getByLabel('Model', { exact: true }).fill('huge-9')
  wire.modes.splice(0, wire.modes.length, '404')
  await form.getByRole('button', { name: 'Save and test' }).click()
  await expect(form.getByText('It answers, but does not know the model “huge-9”.')).toBeVisible()
  await expectAccessible(page)
  wire.modes.splice(0, wire.modes.length, 'ok')
  await form.getByLabel('Model', { exact: true }).fill('tiny-1')
  await form.getByLabel('Key').fill('sk-secret-8765')
  await form.getByRole('switch').click()
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByText('A key ending in 8765 is set.')).toBeVisible()
  await form.getByRole('button', { name: 'Test with a real call' }).click()
  await expect(form.getByText('tiny-1 answered')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Latest calls' })).toContainText('ollama/tiny-1')
  await expectAccessible(page)
  await page.reload()
  expect(await page.content()).not.toContain('sk-secret-8765')
  wire.modes.splice(0, wire.modes.length, '401')
  await form.getByRole('button', { name: 'Test with a real call' }).click()
  await expect(form.getByText('The provider refused the key (401). Check the key')).toBeVisible()
})
