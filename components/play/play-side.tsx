'use client'
import { Copy } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { notify } from '#components/ui/toast.tsx'
import { api } from '#lib/client/api.ts'
import type { Value } from '#lib/story/logic.ts'
import type { PlayState, PlayVariable } from '#lib/story/play.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import type { Play } from './use-play.ts'
import { valueText } from './value-text.ts'

const words = messages.play

/** Beside the page: variables before and after the last move, changeable, and the path so far. */
export function PlaySide({ game, state }: { game: Play; state: PlayState }) {
  const variables = [...game.story.variables.values()]
  return (
    <aside className="grid content-start gap-8 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-8rem)] lg:overflow-y-auto">
      <section aria-labelledby="play-variables" className="grid gap-2">
        <h3 id="play-variables" className="font-medium">
          {words.variables}
        </h3>
        {variables.length === 0 ? <p className="text-ink-soft">{words.noVariables}</p> : null}
        {variables.map((variable) => (
          <VariableRow key={variable.id} variable={variable} game={game} state={state} />
        ))}
      </section>
      <Transcript state={state} />
    </aside>
  )
}

function VariableRow({ variable, game, state }: { variable: PlayVariable; game: Play; state: PlayState }) {
  const value = state.values.get(variable.id)
  const change = state.changes.find((item) => item.variableId === variable.id)
  const set = (next: Value) => game.move({ kind: 'set', variableId: variable.id, value: next })
  return (
    <div className={change ? 'rounded-md border border-madder bg-wash px-3 py-2' : 'rounded-md border px-3 py-2'}>
      <div className="flex items-center justify-between gap-2">
        <span className="min-w-0 truncate font-mono text-small">{variable.name}</span>
        <ValueField variable={variable} value={value} onSet={set} />
      </div>
      {change ? (
        <p className="mt-1 text-small text-ink-soft">
          {words.before}: {valueText(change.before)} · {words.now}: {valueText(change.after)}
        </p>
      ) : null}
    </div>
  )
}

function ValueField({
  variable,
  value,
  onSet,
}: {
  variable: PlayVariable
  value: Value | undefined
  onSet: (value: Value) => void
}) {
  const label = words.setTo(variable.name)
  if (variable.kind === 'bool')
    return <Switch label={<span className="sr-only">{label}</span>} checked={value === true} onChange={onSet} />
  if (variable.kind === 'enum') {
    const options = variable.options.map((option) => ({ value: option, label: option }))
    return <Select value={typeof value === 'string' ? value : null} onChange={onSet} options={options} label={label} />
  }
  const number = variable.kind === 'int' || variable.kind === 'float'
  const shown = Array.isArray(value) ? value.join(', ') : String(value ?? '')
  const commit = (text: string) => {
    if (text === shown) return
    if (number) {
      if (text.trim() !== '' && Number.isFinite(Number(text))) onSet(Number(text))
    } else if (variable.kind === 'list')
      onSet(
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      )
    else onSet(text)
  }
  return (
    <Input
      key={shown}
      aria-label={label}
      defaultValue={shown}
      inputMode={number ? 'decimal' : undefined}
      className="w-28"
      onBlur={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget.value)
      }}
    />
  )
}

function Transcript({ state }: { state: PlayState }) {
  const storyId = useStory((page) => page.storyId)
  const title = useStory((page) => storyOf(page.shown)?.title ?? '')

  async function handleCopy() {
    try {
      const pages = await Promise.all(
        state.pages.map(async (page) => {
          const { text } = await api<{ text: string }>('GET', `/api/stories/${storyId}/scenes/${page.sceneId}/prose`)
          const taken = page.taken === null ? [] : [`> ${page.taken}`]
          return [page.title || words.untitled, '', text.trim(), '', ...taken].join('\n').trimEnd()
        }),
      )
      await navigator.clipboard.writeText([title, ...pages].join('\n\n'))
      notify.done(words.copied)
    } catch {
      notify.problem(words.copyFailed)
    }
  }

  return (
    <section aria-labelledby="play-transcript" className="grid gap-2">
      <div className="flex items-center justify-between gap-2">
        <h3 id="play-transcript" className="font-medium">
          {words.transcript}
        </h3>
        <Button size="sm" variant="ghost" icon={<Copy aria-hidden />} onClick={() => void handleCopy()}>
          {words.copyTranscript}
        </Button>
      </div>
      <ol className="grid gap-1.5">
        {state.pages.map((page, i) => (
          <li key={i}>
            <p className="font-serif">{page.title || words.untitled}</p>
            {page.taken === null ? null : <p className="text-small text-ink-soft">{page.taken}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}
