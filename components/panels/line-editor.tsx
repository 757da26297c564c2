'use client'
import { MessageSquarePlus, X } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import { LINE_KINDS, lineOrigin } from '#lib/panels/script.ts'
import type { Figure, Line } from '#lib/panels/script.ts'
import { useStoryActions } from '#stores/story.ts'
import { KeptInput } from './kept-text.tsx'
import { useCast } from './use-comic.ts'
import { optionsOf } from './vocabulary.ts'

const words = messages.panels
const NOBODY = 'nobody'

/** What is said and told in the panel; says whether each line still stands in the scene. */
export function LineEditor({
  lines,
  figures,
  prose,
  onChange,
}: {
  lines: readonly Line[]
  figures: readonly Figure[]
  prose: string | null
  onChange: (lines: Line[]) => void
}) {
  const cast = useCast()
  const { newId } = useStoryActions()
  const change = (index: number, fields: Partial<Line>) =>
    onChange(lines.map((line, i) => (i === index ? { ...line, ...fields } : line)))
  function handleAdd() {
    const speaker = figures[0]?.characterId ?? null
    onChange([
      ...lines,
      {
        id: newId('command').replace(/^co_/, 'li_'),
        kind: speaker ? 'speech' : 'caption',
        speakerId: speaker,
        text: '…',
        source: null,
      },
    ])
  }
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-small font-medium text-ink-soft">{words.lines}</legend>
      {lines.map((line, index) => {
        const origin = prose === null ? null : lineOrigin(line, prose)
        return (
          <div key={line.id} className="flex flex-wrap items-center gap-1.5">
            <Select
              className="w-28"
              label={words.lineKind}
              value={line.kind}
              onChange={(kind) => change(index, { kind })}
              options={optionsOf(LINE_KINDS)}
            />
            <Select
              className="w-36"
              label={words.speaker}
              value={line.speakerId ?? NOBODY}
              onChange={(id) => change(index, { speakerId: id === NOBODY ? null : (id as Line['speakerId']) })}
              options={[
                { value: NOBODY, label: words.nobody },
                ...cast.map((member) => ({ value: member.id as string, label: member.name })),
              ]}
            />
            <KeptInput
              className="min-w-40 flex-1"
              aria-label={words.lineText}
              value={line.text}
              maxLength={500}
              onKeep={(text) => change(index, { text: text.trim() === '' ? line.text : text })}
            />
            {origin ? (
              <span title={words.originHelp[origin]}>
                <Badge tone={origin === 'verbatim' ? 'ok' : origin === 'adapted' ? 'warn' : 'neutral'}>
                  {words.origin[origin]}
                </Badge>
              </span>
            ) : null}
            <IconButton
              edits
              label={words.removeLine}
              icon={<X aria-hidden />}
              onClick={() => onChange(lines.filter((_, i) => i !== index))}
            />
          </div>
        )
      })}
      {lines.length < 12 ? (
        <Button
          edits
          size="sm"
          variant="ghost"
          className="self-start"
          icon={<MessageSquarePlus aria-hidden />}
          onClick={handleAdd}
        >
          {words.addLine}
        </Button>
      ) : null}
    </fieldset>
  )
}
