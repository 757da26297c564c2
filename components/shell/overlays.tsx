'use client'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { HelpSheet } from './help-sheet.tsx'
import { Palette } from './palette.tsx'
import { useCommandList } from './shortcuts.ts'

const words = messages.shell.commands

/** Palette and help sheet of the page, and the commands that work everywhere. */
export function Overlays() {
  const [shown, setShown] = useState<'palette' | 'help' | null>(null)
  const router = useRouter()
  const { setTheme } = useTheme()

  useCommandList([
    {
      id: 'general.palette',
      title: words.palette,
      group: 'general',
      keys: ['Mod+K', 'P'],
      run: () => setShown('palette'),
    },
    { id: 'general.help', title: words.help, group: 'general', keys: '?', run: () => setShown('help') },
    { id: 'general.shelf', title: words.shelf, group: 'go', run: () => router.push('/') },
    { id: 'general.settings', title: words.settings, group: 'go', run: () => router.push('/settings') },
    { id: 'view.light', title: words.light, group: 'view', run: () => setTheme('light') },
    { id: 'view.dark', title: words.dark, group: 'view', run: () => setTheme('dark') },
    { id: 'view.system', title: words.system, group: 'view', run: () => setTheme('system') },
  ])

  return (
    <>
      <Palette open={shown === 'palette'} onOpenChange={(open) => setShown(open ? 'palette' : null)} />
      <HelpSheet open={shown === 'help'} onOpenChange={(open) => setShown(open ? 'help' : null)} />
    </>
  )
}
