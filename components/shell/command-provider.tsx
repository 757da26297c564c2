'use client'
import { useEffect, useState, type ReactNode } from 'react'
import { useIsMac } from '#components/ui/use-is-mac.ts'
import { createCommandRegistry } from './command-registry.ts'
import { createSourceList, SourceContext } from './palette-sources.ts'
import { CommandContext, keyPlaceOf } from './shortcuts.ts'

/** Holds the page tree's commands and the one key handler that runs them. */
export function CommandProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createCommandRegistry)
  const [sources] = useState(createSourceList)
  const mac = useIsMac()
  // Syncs the window's key presses with the registry. Who handled a key first (the editor, a menu) keeps it.
  useEffect(() => {
    function handleKey(event: KeyboardEvent) {
      if (event.defaultPrevented) return
      const command = registry.find(event, keyPlaceOf(event, mac))
      if (!command) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', handleKey)
    return () => window.removeEventListener('keydown', handleKey)
  }, [registry, mac])
  return (
    <CommandContext value={registry}>
      <SourceContext value={sources}>{children}</SourceContext>
    </CommandContext>
  )
}
