'use client'
import { Search } from 'lucide-react'
import Link from 'next/link'
import { PlainHttpSign } from '#components/accounts/plain-http-sign.tsx'
import type { SessionUser } from '#lib/client/accounts.ts'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { PersonMenu } from './person-menu.tsx'
import { useRunCommand } from './shortcuts.ts'
import { Wordmark } from './wordmark.tsx'

/** The bar of pages outside a story: shelf and settings. */
export function HouseBar({ user }: { user: SessionUser }) {
  const run = useRunCommand()
  return (
    <header className="flex h-12 items-center gap-2 border-b px-4 md:px-8">
      <Link href="/" className="flex items-center gap-2 rounded-sm font-serif text-lead font-medium">
        <Wordmark />
        {messages.shell.appName}
      </Link>
      <span className="flex-1" />
      <PlainHttpSign />
      <IconButton
        label={messages.shell.commands.palette}
        keys="Mod+K"
        icon={<Search aria-hidden />}
        onClick={() => run('general.palette')}
      />
      <PersonMenu user={user} />
    </header>
  )
}
