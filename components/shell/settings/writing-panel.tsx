'use client'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Select } from '#components/ui/select.tsx'
import { Slider } from '#components/ui/slider.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { DEFAULT_PREFERENCES } from '#lib/client/preferences.ts'
import { usePreferences } from '../preferences.tsx'

const words = messages.settings.writing

const FONTS = [
  { value: 'serif', label: words.serif },
  { value: 'sans', label: words.sans },
] as const

/** How prose looks where one writes and reads, with a sample that shows it at once. */
export function WritingPanel() {
  const [chosen, change] = usePreferences()
  const { proseSize, proseMeasure, proseFont, spellcheck } = DEFAULT_PREFERENCES
  return (
    <Panel
      title={words.title}
      actions={
        <Button size="sm" variant="ghost" onClick={() => change({ proseSize, proseMeasure, proseFont, spellcheck })}>
          {words.reset}
        </Button>
      }
    >
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Slider
          label={words.size}
          min={15}
          max={24}
          value={chosen.proseSize}
          onChange={(size) => change({ proseSize: size })}
        />
        <Slider
          label={words.measure}
          min={48}
          max={84}
          step={2}
          value={chosen.proseMeasure}
          onChange={(measure) => change({ proseMeasure: measure })}
        />
        <Field label={words.font}>
          <Select
            label={words.font}
            value={chosen.proseFont}
            options={FONTS}
            onChange={(font) => change({ proseFont: font })}
          />
        </Field>
        <Switch
          label={words.spellcheck}
          description={words.spellcheckNote}
          checked={chosen.spellcheck}
          onChange={(on) => change({ spellcheck: on })}
        />
      </div>
      <figure className="rounded-md border bg-paper p-5" aria-label={words.sample}>
        <p className="prose-page">{words.sampleText}</p>
      </figure>
    </Panel>
  )
}
