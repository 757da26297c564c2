'use client'
import { messages } from '#components/messages/messages.ts'
import { RequireSession } from '#components/accounts/require-session.tsx'
import { AccountPanels } from '#components/accounts/account-panels.tsx'
import { ErrorBoundary } from '#components/ui/error-boundary.tsx'
import { HouseBar } from '../house-bar.tsx'
import { ToSection } from '../to-section.tsx'
import { AboutPanel } from './about-panel.tsx'
import { AppearancePanel } from './appearance-panel.tsx'
import { EXTRA_SECTIONS } from './sections.tsx'
import { WritingPanel } from './writing-panel.tsx'

const words = messages.settings

/** All settings of the person and the house on one page, with a list of sections beside it. */
export function SettingsPage() {
  return (
    <RequireSession>
      {(user) => {
        const sections = [
          { id: 'appearance', title: words.appearance.title, body: <AppearancePanel /> },
          { id: 'writing', title: words.writing.title, body: <WritingPanel /> },
          ...EXTRA_SECTIONS.map(({ id, title, component: Body }) => ({ id, title, body: <Body /> })),
          { id: 'account', title: messages.accounts.account.title, body: <AccountPanels user={user} /> },
          { id: 'about', title: words.about.title, body: <AboutPanel /> },
        ]
        return (
          <div className="min-h-dvh">
            <ToSection />
            <HouseBar user={user} />
            <main
              id="content"
              className="mx-auto grid max-w-5xl gap-x-12 px-4 pt-8 pb-24 md:grid-cols-[180px_minmax(0,1fr)] md:px-8"
            >
              <header className="mb-6 md:col-span-2">
                <h1 className="font-serif text-display font-medium">{words.title}</h1>
                <p className="text-ink-soft">{words.lead}</p>
              </header>
              <nav aria-label={words.sections} className="hidden md:block">
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
              <div className="flex flex-col gap-8">
                {sections.map((section) => (
                  <div
                    key={section.id}
                    id={section.id}
                    className="scroll-mt-6 overflow-hidden rounded-lg border bg-raised"
                  >
                    <ErrorBoundary name={section.title}>{section.body}</ErrorBoundary>
                  </div>
                ))}
              </div>
            </main>
          </div>
        )
      }}
    </RequireSession>
  )
}
