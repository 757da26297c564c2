'use client'
import { useState, type FormEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { useStory } from '#stores/story.ts'
import { HuePicker } from './hue-picker.tsx'
import type { GraphActions } from './use-graph-actions.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas.fork

/** Asks for the name and line of a branch that starts after a scene. */
export function ForkDialog({
  sceneId,
  actions,
  onClose,
}: {
  sceneId: string
  actions: GraphActions
  onClose: () => void
}) {
  const scene = useStory((page) => page.shown.scenes.get(sceneId))
  const branches = useStory((page) => page.shown.branches)
  const [name, setName] = useState('')
  const [colour, setColour] = useState(() => freeHue([...branches.values()].map((branch) => branch.colour)))
  const [reason, setReason] = useState('')
  const [first, setFirst] = useState(true)
  const [choiceText, setChoiceText] = useState('')
  const [tried, setTried] = useState(false)

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '') return
    if (
      actions.fork({ sceneId, name: name.trim(), colour, reason: reason.trim(), first, choiceText: choiceText.trim() })
    )
      onClose()
  }

  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title(titleOf(scene))}
      description={words.text}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {messages.ui.cancel}
          </Button>
          <Button variant="primary" type="submit" form="fork">
            {words.confirm}
          </Button>
        </>
      }
    >
      <form id="fork" onSubmit={handleSubmit} className="flex flex-col gap-4" noValidate>
        <Field label={words.name} required error={tried && name.trim() === '' ? words.needsName : undefined}>
          <Input autoFocus maxLength={120} value={name} placeholder={words.namePlaceholder} onValueChange={setName} />
        </Field>
        <HuePicker value={colour} onChange={setColour} label={words.colour} />
        <Checkbox checked={first} onChange={setFirst} label={words.first} />
        {first ? (
          <Field label={words.choice}>
            <Input maxLength={200} value={choiceText} onValueChange={setChoiceText} />
          </Field>
        ) : null}
        <Field label={words.reason}>
          <Input maxLength={500} value={reason} onValueChange={setReason} />
        </Field>
      </form>
    </Dialog>
  )
}

function freeHue(used: readonly number[]): number {
  for (let hue = 1; hue <= 12; hue++) if (!used.includes(hue)) return hue
  return (used.length % 12) + 1
}
