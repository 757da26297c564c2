'use client'
import { UserPlus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Editable, useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCast, useSend } from '#components/panels/use-comic.ts'
import { useCommand } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { CastDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { useStory, useStoryActions } from '#stores/story.ts'
import { CharacterForm } from './character-form.tsx'
import { Portrait } from './portrait.tsx'

const words = messages.characters

/** World: the characters of the story, with portraits drawn by rules from their words. */
export function WorldPlace() {
  const ready = useStory((page) => page.ready)
  const cast = useCast()
  const panels = useStory((page) => page.shown.panels)
  const { newId } = useStoryActions()
  const send = useSend()
  const mayWrite = useMay('story.write')
  const [openId, setOpenId] = useState<string | null>(null)
  const counts = useMemo(() => {
    const found = new Map<string, number>()
    for (const panel of panels.values())
      for (const figure of panel.figures) found.set(figure.characterId, (found.get(figure.characterId) ?? 0) + 1)
    return found
  }, [panels])
  const open = cast.find((member) => member.id === openId) ?? cast[0] ?? null
  function handleAdd() {
    const id = newId('character')
    const taken = new Set(cast.map((member) => member.name))
    let number = 1
    while (taken.has(words.newName(number))) number++
    if (send({ type: 'CreateCharacter', characterId: id, name: words.newName(number) })) setOpenId(id)
  }
  useCommand({ id: 'world.add-character', title: words.add, group: 'world', run: handleAdd, when: () => mayWrite })
  if (!ready) return <SkeletonLines lines={8} className="p-6" />
  const add = mayWrite ? (
    <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={handleAdd}>
      {words.add}
    </Button>
  ) : null
  if (!open)
    return (
      <EmptyState drawing={<CastDrawing />} title={words.emptyTitle} action={add}>
        {mayWrite ? words.empty : words.emptyToRead}
      </EmptyState>
    )
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-5xl flex-col gap-4 p-3 md:p-5">
        <header className="flex flex-wrap items-center gap-3">
          <h1 className="font-serif text-title max-sm:flex-1">{words.title}</h1>
          <p className="flex-1 text-ink-soft max-sm:sr-only">{words.count(cast.length)}</p>
          {add}
        </header>
        <ul className="flex gap-3 overflow-x-auto pb-1">
          {cast.map((member) => (
            <li key={member.id} className="shrink-0">
              <button
                type="button"
                aria-pressed={member.id === open.id}
                onClick={() => setOpenId(member.id)}
                className="flex w-32 flex-col gap-1 rounded-md border bg-raised p-1.5 text-left hover:bg-hover aria-pressed:border-madder aria-pressed:bg-wash"
              >
                <Portrait member={member} shot="close" />
                <span className="truncate font-medium">{member.name}</span>
                <span className="text-small text-ink-soft">{words.inPanels(counts.get(member.id) ?? 0)}</span>
              </button>
            </li>
          ))}
        </ul>
        <Editable>
          <CharacterForm key={open.id} character={open} panels={counts.get(open.id) ?? 0} />
        </Editable>
      </div>
    </div>
  )
}
