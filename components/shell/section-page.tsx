'use client'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { HouseBar } from './house-bar.tsx'
import { ToSection } from './to-section.tsx'

export interface Section {
  /** Anchor in the address. */
  readonly id: string
  readonly title: string
  /** One or more Panels. */
  readonly body: ReactNode
}

export interface SectionPageProps {
  user: SessionUser
  title: string
  lead: string
  sections: readonly Section[]
}

/** A page outside of stories made of titled sections, with a list of them beside it: settings and admin. */
export function SectionPage({ user, title, lead, sections }: SectionPageProps) {
  return (
    <div className="min-h-dvh">
      <ToSection />
      <HouseBar user={user} />
      <main
        id="content"
        className="mx-auto grid max-w-5xl gap-x-12 px-4 pt-8 pb-24 md:grid-cols-[180px_minmax(0,1fr)] md:px-8"
      >
        <header className="mb-6 md:col-span-2">
          <h1 className="font-serif text-display font-medium">{title}</h1>
          <p className="text-ink-soft">{lead}</p>
        </header>
        <nav aria-label={messages.settings.sections} className="hidden md:block">
          <ul className="sticky top-6 flex flex-col gap-0.5">
            {sections.map((section) => (
              <li key={section.id}>
                <a
                  href={`#${section.id}`}
                  className="flex min-h-row items-center rounded-md px-2 text-ink-soft transition-colors hover:bg-hover hover:text-ink"
                >
                  {section.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="flex min-w-0 flex-col gap-8">
          {sections.map((section) => (
            <div key={section.id} id={section.id} className="scroll-mt-6 overflow-hidden rounded-lg border bg-raised">
              <ErrorBoundary name={section.title}>{section.body}</ErrorBoundary>
            </div>
          ))}
        </div>
      </main>
    </div>
  )
}
