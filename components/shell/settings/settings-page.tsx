'use client'
import { messages } from '#components/messages/messages.ts'
import { AccountPanel, PasswordPanel } from '#components/accounts/account-panels.tsx'
import { DataPanel } from '#components/accounts/data-panel.tsx'
import { IdentitiesPanel } from '#components/accounts/identities-panel.tsx'
import { KeysPanel } from '#components/accounts/keys-panel.tsx'
import { RequireSession } from '#components/accounts/require-session.tsx'
import { useHousePermissions, useSession } from '#components/accounts/session.ts'
import { SessionsPanel } from '#components/accounts/sessions-panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { SectionPage } from '../section-page.tsx'
import { AboutPanel } from './about-panel.tsx'
import { AppearancePanel } from './appearance-panel.tsx'
import { EXTRA_SECTIONS } from './sections.tsx'
import { WritingPanel } from './writing-panel.tsx'

const words = messages.settings
const accounts = messages.accounts

/** All settings of the person and the house on one page, with a list of sections beside it. */
export function SettingsPage() {
  return <RequireSession>{(user) => <Settings user={user} />}</RequireSession>
}

/** Waits for what one may do: the sections must all be there before an address can lead to one. */
function Settings({ user }: { user: SessionUser }) {
  const permissions = useHousePermissions()
  return (
    <QueryState query={permissions}>{(held) => <Sections user={user} admin={held.includes('admin')} />}</QueryState>
  )
}

function Sections({ user, admin }: { user: SessionUser; admin: boolean }) {
  const elsewhere = (useSession().data?.providers ?? []).length > 0
  const extra = EXTRA_SECTIONS.filter(({ permission }) => permission === undefined || admin)
  return (
    <SectionPage
      user={user}
      title={words.title}
      lead={words.lead}
      sections={[
        { id: 'appearance', title: words.appearance.title, body: <AppearancePanel /> },
        { id: 'writing', title: words.writing.title, body: <WritingPanel /> },
        { id: 'account', title: accounts.account.title, body: <AccountPanel user={user} /> },
        { id: 'password', title: accounts.account.passwordTitle, body: <PasswordPanel /> },
        { id: 'sessions', title: accounts.account.sessionsTitle, body: <SessionsPanel /> },
        { id: 'keys', title: accounts.keys.title, body: <KeysPanel /> },
        ...(elsewhere ? [{ id: 'sign-ins', title: accounts.identities.title, body: <IdentitiesPanel /> }] : []),
        { id: 'data', title: accounts.data.title, body: <DataPanel user={user} /> },
        ...extra.map(({ id, title, component: Body }) => ({ id, title, body: <Body /> })),
        { id: 'about', title: words.about.title, body: <AboutPanel /> },
      ]}
    />
  )
}
