import type { BrowserContext } from '@playwright/test'

/** What a page did that nobody asked it to. */
export interface ExecutionWatch {
  /** Where a text ran as a script, and what a dialog said. */
  readonly ran: readonly string[]
  /** Addresses outside the server that were asked for. */
  readonly asked: readonly string[]
  /** Breaches of the content policy: markup came to be, though the policy stopped it. */
  readonly breaches: readonly string[]
}

/** Watches every page of the context, the ones to come included. `own` is the server's origin. */
export async function watchExecution(context: BrowserContext, own: string): Promise<ExecutionWatch> {
  const ran: string[] = []
  const asked: string[] = []
  const breaches: string[] = []
  await context.exposeBinding('xss', ({ frame }) => void ran.push(frame.url()))
  await context.exposeBinding('reportPolicyBreach', (_source, what: string) => void breaches.push(what))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportPolicyBreach: (what: string) => void }).reportPolicyBreach
      report(`${event.violatedDirective} stops ${event.blockedURI} ${event.sample} on ${document.location.href}`)
    })
  })
  await context.route(/^https?:\/\/[^/]*\.invalid\//, (route) => route.abort())
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(own) && !/^(data|blob|about|file):/.test(url)) asked.push(url)
  })
  context.on('page', (page) => {
    page.on('dialog', (dialog) => {
      ran.push(dialog.message())
      void dialog.dismiss()
    })
  })
  return { ran, asked, breaches }
}
