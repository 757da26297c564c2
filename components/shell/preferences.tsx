'use client'
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { createPreferenceStore, DEFAULT_PREFERENCES, type Preferences } from '#lib/client/preferences.ts'

const PreferenceContext = createContext<ReturnType<typeof createPreferenceStore> | null>(null)

/** Holds the person's preferences and lets them take effect on every manuscript page of the app. */
export function PreferenceProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createPreferenceStore)
  const chosen = useSyncExternalStore(store.subscribe, store.read, () => DEFAULT_PREFERENCES)
  // Syncs the document with the preferences: `prose-page` reads the variables, fields inherit the spell check.
  useEffect(() => {
    const root = document.documentElement
    root.style.setProperty('--prose-size', `${chosen.proseSize}px`)
    root.style.setProperty('--prose-measure', `${chosen.proseMeasure}ch`)
    root.style.setProperty('--prose-font', `var(--${chosen.proseFont})`)
    root.setAttribute('spellcheck', String(chosen.spellcheck))
  }, [chosen])
  return <PreferenceContext value={store}>{children}</PreferenceContext>
}

/** The person's preferences and how to change them; changes are kept in this browser. */
export function usePreferences(): [Preferences, (fields: Partial<Preferences>) => void] {
  const store = useContext(PreferenceContext)
  if (!store) throw new Error('usePreferences needs the PreferenceProvider above it')
  const chosen = useSyncExternalStore(store.subscribe, store.read, () => DEFAULT_PREFERENCES)
  return [chosen, store.change]
}
