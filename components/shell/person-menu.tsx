'use client'
import { Keyboard, LogOut, Settings, ShieldCheck } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import type { ReactElement } from 'react'
import { useMayHere, useSignOut } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { Avatar } from '#components/ui/avatar.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '#components/ui/menu.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { useCommand, useRunCommand } from './shortcuts.ts'

const words = messages.shell.person

const THEMES = [
  { value: 'light', label: words.light },
  { value: 'dark', label: words.dark },
  { value: 'system', label: words.system },
] as const

type Theme = (typeof THEMES)[number]['value']

/** The person's own menu: settings, theme, shortcuts, sign out. */
export function PersonMenu({ user, side = 'bottom' }: { user: SessionUser; side?: 'bottom' | 'right' | 'top' }) {
  const router = useRouter()
  const run = useRunCommand()
  const signOut = useSignOut()
  const admin = useMayHere('admin')
  const { theme, setTheme } = useTheme()
  useCommand({
    id: 'general.admin',
    title: messages.shell.commands.admin,
    group: 'go',
    run: () => router.push('/admin'),
    when: () => admin,
  })
  const trigger: ReactElement = (
    <button
      type="button"
      aria-label={`${messages.shell.rail.person}: ${user.name}`}
      className="grid size-row place-items-center rounded-full"
    >
      <Avatar name={user.name} />
    </button>
  )
  return (
    <Menu trigger={trigger} side={side} align="end">
      <p className="px-2 py-1 text-small text-ink-faint">{messages.accounts.account.signedInAs(user.name)}</p>
      <MenuItem icon={<Settings aria-hidden />} onSelect={() => router.push('/settings')}>
        {words.settings}
      </MenuItem>
      {admin ? (
        <MenuItem icon={<ShieldCheck aria-hidden />} onSelect={() => router.push('/admin')}>
          {words.admin}
        </MenuItem>
      ) : null}
      <MenuItem icon={<Keyboard aria-hidden />} keys="?" onSelect={() => run('general.help')}>
        {words.help}
      </MenuItem>
      <MenuSeparator />
      <MenuChoice<Theme>
        label={words.theme}
        value={(theme ?? 'system') as Theme}
        onChange={(next) => setTheme(next)}
        options={THEMES}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => signOut.mutate(undefined)}>
        {words.signOut}
      </MenuItem>
    </Menu>
  )
}
