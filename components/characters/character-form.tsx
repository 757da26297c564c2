'use client'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { KeptInput, KeptTextarea } from '#components/panels/kept-text.tsx'
import { useSend } from '#components/panels/use-comic.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { useReadOnly } from '#components/ui/read-only.tsx'
import type { Character } from '#lib/characters/character.ts'
import { Portrait } from './portrait.tsx'

const words = messages.characters
const LOOKS = ['build', 'hair', 'wardrobe', 'colour', 'marks'] as const
const HELP = {
  build: words.buildHelp,
  hair: words.hairHelp,
  wardrobe: words.wardrobeHelp,
  colour: words.colourHelp,
  marks: words.marksHelp,
}

/** Everything about one character, beside the portrait drawn from it. */
export function CharacterForm({ character, panels }: { character: Character; panels: number }) {
  const send = useSend()
  const [asking, setAsking] = useState(false)
  const readOnly = useReadOnly()
  const set = (fields: { [K in 'name' | 'description' | (typeof LOOKS)[number]]?: string } & { aliases?: string[] }) =>
    void send({ type: 'UpdateCharacter', characterId: character.id, fields })
  return (
    <section aria-label={character.name} className="grid gap-5 md:grid-cols-[minmax(180px,300px)_1fr]">
      <div className="flex flex-col gap-1">
        <Portrait member={character} shot="full" />
        <div className="grid grid-cols-3 gap-1">
          {(['happy', 'angry', 'afraid'] as const).map((expression) => (
            <Portrait key={expression} member={character} shot="close" expression={expression} />
          ))}
        </div>
        <p className="text-small text-ink-faint">{words.byRules}</p>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <Field label={words.name}>
          <KeptInput
            value={character.name}
            maxLength={120}
            onKeep={(name) => name.trim() !== '' && set({ name: name.trim() })}
          />
        </Field>
        <Field label={words.aliases} description={words.aliasesHelp}>
          <KeptInput
            value={character.aliases.join(', ')}
            onKeep={(text) =>
              set({
                aliases: text
                  .split(',')
                  .map((part) => part.trim())
                  .filter((part) => part !== '')
                  .slice(0, 20),
              })
            }
          />
        </Field>
        <Field label={words.description}>
          <KeptTextarea
            value={character.description}
            rows={3}
            maxLength={4000}
            onKeep={(description) => set({ description })}
          />
        </Field>
        <div className="grid gap-3 sm:grid-cols-2">
          {LOOKS.map((name) => (
            <Field key={name} label={words[name]} description={HELP[name]}>
              <KeptInput
                value={character[name]}
                maxLength={name === 'colour' ? 40 : 300}
                onKeep={(value) => set({ [name]: value.trim() })}
              />
            </Field>
          ))}
        </div>
        <div className="flex flex-wrap items-center gap-3">
          {readOnly ? null : <p className="flex-1 text-small text-ink-faint">{words.saved}</p>}
          <Button edits variant="danger" icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
            {words.remove}
          </Button>
        </div>
      </div>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        danger
        title={words.removeTitle(character.name)}
        description={words.removeText(panels)}
        confirmLabel={words.remove}
        onConfirm={() => {
          setAsking(false)
          send({ type: 'DeleteCharacter', characterId: character.id })
        }}
      />
    </section>
  )
}
