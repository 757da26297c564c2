'use client'
import { UserPlus, X } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import { PROP_NOUNS } from '#lib/panels/draw/prop.ts'
import { ACTIONS, EXPRESSIONS, FACINGS, SIDES } from '#lib/panels/script.ts'
import type { Figure } from '#lib/panels/script.ts'
import { useCast } from './use-comic.ts'
import { optionsOf } from './vocabulary.ts'

const words = messages.panels
const NOTHING = 'nothing'

/** Who is in the panel, and how. */
export function FigureEditor({
  figures,
  onChange,
}: {
  figures: readonly Figure[]
  onChange: (figures: Figure[]) => void
}) {
  const cast = useCast()
  const change = (index: number, fields: Partial<Figure>) =>
    onChange(figures.map((figure, i) => (i === index ? { ...figure, ...fields } : figure)))
  const nameOf = (id: string) => cast.find((member) => member.id === id)?.name ?? id
  function handleAdd() {
    const member = cast.find((entry) => !figures.some((figure) => figure.characterId === entry.id)) ?? cast[0]
    if (!member) return
    const side = SIDES[Math.min(2, figures.length === 0 ? 1 : figures.length)] ?? 'centre'
    onChange([
      ...figures,
      { characterId: member.id, action: 'stand', expression: 'neutral', side, facing: 'front', prop: '' },
    ])
  }
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-small font-medium text-ink-soft">{words.figures}</legend>
      {figures.map((figure, index) => (
        <div
          key={`${figure.characterId}-${index}`}
          className="grid grid-cols-2 gap-1.5 sm:grid-cols-3 lg:grid-cols-[repeat(6,1fr)_auto]"
        >
          <Select
            label={words.character}
            value={figure.characterId as string}
            onChange={(id) => change(index, { characterId: id as Figure['characterId'] })}
            options={[
              ...cast.map((member) => ({ value: member.id as string, label: member.name })),
              ...(cast.some((member) => member.id === figure.characterId)
                ? []
                : [{ value: figure.characterId as string, label: nameOf(figure.characterId) }]),
            ]}
          />
          <Select
            label={words.action}
            value={figure.action}
            onChange={(action) => change(index, { action })}
            options={optionsOf(ACTIONS)}
          />
          <Select
            label={words.expression}
            value={figure.expression}
            onChange={(expression) => change(index, { expression })}
            options={optionsOf(EXPRESSIONS)}
          />
          <Select
            label={words.side}
            value={figure.side}
            onChange={(side) => change(index, { side })}
            options={optionsOf(SIDES)}
          />
          <Select
            label={words.facing}
            value={figure.facing}
            onChange={(facing) => change(index, { facing })}
            options={optionsOf(FACINGS)}
          />
          <Select
            label={words.prop}
            value={figure.prop === '' ? NOTHING : figure.prop}
            onChange={(prop) => change(index, { prop: prop === NOTHING ? '' : prop })}
            options={[
              { value: NOTHING, label: words.nothing },
              ...PROP_NOUNS.map((noun) => ({ value: noun, label: noun })),
            ]}
          />
          <IconButton
            edits
            label={words.removeFigure(nameOf(figure.characterId))}
            icon={<X aria-hidden />}
            onClick={() => onChange(figures.filter((_, i) => i !== index))}
          />
        </div>
      ))}
      {cast.length === 0 ? <p className="text-small text-ink-faint">{words.noCharacters}</p> : null}
      {figures.length < 6 && cast.length > 0 ? (
        <Button
          edits
          size="sm"
          variant="ghost"
          className="self-start"
          icon={<UserPlus aria-hidden />}
          onClick={handleAdd}
        >
          {words.addFigure}
        </Button>
      ) : null}
    </fieldset>
  )
}
