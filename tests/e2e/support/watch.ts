import type { BrowserContext, Page } from '@playwright/test'

/**
 * Collects what a page must never do: errors in the console, uncaught exceptions, breaches of the content security
 * policy. Call it before the first page of the context is opened; the list grows as the pages are used.
 */
export async function watchProblems(context: BrowserContext, whose: string): Promise<readonly string[]> {
  const problems: string[] = []
  await context.exposeBinding('reportBreach', (_source, what: string) => void problems.push(`${whose}: ${what}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportBreach: (what: string) => void }).reportBreach
      report(`${event.violatedDirective} stops ${event.blockedURI} in ${event.sourceFile}`)
    })
  })
  const watch = (page: Page) => {
    page.on('pageerror', (error) => problems.push(`${whose}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error')
        problems.push(`${whose} at ${page.url()}: ${message.text()} ${message.location().url}`)
    })
  }
  context.on('page', watch)
  return problems
}
