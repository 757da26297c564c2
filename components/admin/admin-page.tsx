'use client'
import Link from 'next/link'
import { RequireSession } from '#components/accounts/require-session.tsx'
import { useHousePermissions } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { HouseBar } from '#components/shell/house-bar.tsx'
import { SectionPage } from '#components/shell/section-page.tsx'
import { buttonLook } from '#components/ui/button.tsx'
import { DoorDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { AuditPanel } from './audit-panel.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { LimitsPanel } from './limits-panel.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { RegistrationPanel } from './registration-panel.tsx'

const words = messages.admin

/** The house for its admins: people, invitations, registration, limits, workers, and the audit log. */
export function AdminPage() {
  return <RequireSession>{(user) => <Admin user={user} />}</RequireSession>
}

function Admin({ user }: { user: SessionUser }) {
  const permissions = useHousePermissions()
  return (
    <QueryState query={permissions}>
      {(held) => (held.includes('admin') ? <AdminSections user={user} /> : <NotAdmin user={user} />)}
    </QueryState>
  )
}

function AdminSections({ user }: { user: SessionUser }) {
  return (
    <SectionPage
      user={user}
      title={words.title}
      lead={words.lead}
      sections={[
        { id: 'people', title: words.people.title, body: <PeoplePanel user={user} /> },
        { id: 'invitations', title: words.invitations.title, body: <InvitationsPanel /> },
        { id: 'registration', title: words.registration.title, body: <RegistrationPanel /> },
        { id: 'audit', title: words.audit.title, body: <AuditPanel /> },
        { id: 'limits', title: words.limits.title, body: <LimitsPanel /> },
        { id: 'workers', title: words.workers.title, body: <WorkersLinks /> },
      ]}
    />
  )
}

function WorkersLinks() {
  return (
    <Panel title={words.workers.title}>
      <p className="text-ink-soft">{words.workers.note}</p>
      <p className="flex flex-wrap gap-2">
        <Link href="/settings#workers" className={buttonLook()}>
          {words.workers.workers}
        </Link>
        <Link href="/settings#writer" className={buttonLook()}>
          {words.workers.writer}
        </Link>
      </p>
    </Panel>
  )
}

function NotAdmin({ user }: { user: SessionUser }) {
  return (
    <div className="min-h-dvh">
      <HouseBar user={user} />
      <main id="content">
        <EmptyState
          wholePage
          drawing={<DoorDrawing />}
          title={words.refusedTitle}
          action={
            <Link href="/" className={buttonLook({ variant: 'primary' })}>
              {words.toShelf}
            </Link>
          }
        >
          {words.refused}
        </EmptyState>
      </main>
    </div>
  )
}
