import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { LoomDrawing } from '#components/ui/drawings.tsx'

/** A quiet link under a form. */
export const plainLink = 'rounded-sm text-madder underline underline-offset-4'

/** The title page around every door: set-up, sign-in, invitation, new password: the loom on one side, what to do on the other. */
export function FrontPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="hidden flex-col justify-between border-r bg-sunken p-12 lg:flex">
        <p className="font-serif text-lead font-medium">{messages.shell.appName}</p>
        <div className="mx-auto w-full max-w-md text-ink-soft [&_svg]:h-auto [&_svg]:w-full">
          <LoomDrawing />
        </div>
        <p className="font-serif text-lead text-ink-soft italic">{messages.shell.tagline}</p>
      </aside>
      <main className="flex items-center justify-center px-6 py-10">
        <div className="w-full max-w-sm">
          <div className="mb-6 -ml-8 w-44 text-ink-soft lg:hidden">
            <LoomDrawing />
          </div>
          <h1 className="font-serif text-display font-medium text-balance">{title}</h1>
          <p className="mt-2 mb-7 text-lead text-pretty text-ink-soft">{lead}</p>
          {children}
        </div>
      </main>
    </div>
  )
}
