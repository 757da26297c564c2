'use client'
import { Keyboard, LogOut, Settings } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import type { ReactElement } from 'react'
import { type SessionUser, useSignOut } from '#components/accounts/session.ts'
import { messages } from '#components/messages/messages.ts'
import { Avatar } from '#components/ui/avatar.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '#components/ui/menu.tsx'
import { useRunCommand } from './shortcuts.ts'

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
  const { theme, setTheme } = useTheme()
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
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => signOut.mutate()}>
        {words.signOut}
      </MenuItem>
    </Menu>
  )
}
