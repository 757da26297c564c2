'use client'
import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { messages } from '#components/messages/messages.ts'
import { Panel } from '#components/ui/panel.tsx'
import { useMounted } from '#components/ui/use-mounted.ts'

const words = messages.settings.appearance

const THEMES = [
  { value: 'light', label: words.light, icon: Sun },
  { value: 'dark', label: words.dark, icon: Moon },
  { value: 'system', label: words.system, icon: Monitor },
]

/** Light, dark, or as the system has it. */
export function AppearancePanel() {
  const { theme, setTheme } = useTheme()
  const mounted = useMounted()
  return (
    <Panel title={words.title}>
      <RadioGroup
        aria-label={words.theme}
        // The server does not know the theme; the choice shows once the page has.
        value={mounted ? (theme ?? 'system') : ''}
        onValueChange={(next: string) => setTheme(next)}
        className="grid gap-3 sm:grid-cols-3"
      >
        {THEMES.map(({ value, label, icon: Icon }) => (
          <label
            key={value}
            className="flex min-h-12 items-center gap-3 rounded-md border border-control px-3 transition-colors has-data-checked:border-madder has-data-checked:bg-wash hover:bg-hover"
          >
            <Icon aria-hidden className="size-4 text-ink-soft" />
            <span className="flex-1">{label}</span>
            <Radio.Root
              value={value}
              className="grid size-4.5 place-items-center rounded-full border border-control bg-raised data-checked:border-madder"
            >
              <Radio.Indicator className="size-2.5 rounded-full bg-madder" />
            </Radio.Root>
          </label>
        ))}
      </RadioGroup>
    </Panel>
  )
}
