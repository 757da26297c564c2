'use client'
import { GitFork, ListTree, PenLine } from 'lucide-react'
import { useState } from 'react'
import { useMayHere } from '#components/accounts/session.ts'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { ForkDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Slider } from '#components/ui/slider.tsx'
import { Textarea } from '#components/ui/textarea.tsx'
import type { Ask, ProviderView, Verb } from '#lib/writer/run.ts'
import { ContextDrawer } from './context-drawer.tsx'
import { PendingText } from './pending-block.tsx'
import { standsInText } from './pending-in-text.tsx'
import { RunList } from './run-list.tsx'
import { SuggestionRun } from './suggestion-run.tsx'
import { useChosenProvider, useProviders, useRuns, useWriterTarget } from './use-writer.ts'
import type { WriterTarget } from './use-writer.ts'
import { useSceneOnPage, useWriterActions } from './use-writer-actions.ts'

const words = messages.writer

/** Dock tab: asks the writer about the selected scene, shows what comes, and keeps what came before. */
export function WriterPanel() {
  const target = useWriterTarget()
  const providers = useProviders()
  const mayAsk = useMay('writer.generate')
  if (!target) {
    return (
      <EmptyState drawing={<ForkDrawing />} title={words.chooseScene}>
        {words.chooseSceneDetail}
      </EmptyState>
    )
  }
  if (!mayAsk) return <Looking target={target} />
  return (
    <QueryState query={providers}>
      {(list) => <Workbench key={target.scene.id} target={target} providers={list} />}
    </QueryState>
  )
}

/** What the writer did in the scene, for those who may not ask it. */
function Looking({ target }: { target: WriterTarget }) {
  const runs = useRuns(target.storyId)
  return (
    <div className="flex flex-col gap-4 p-4">
      <Notice>{messages.members.noWriter}</Notice>
      <RunList runs={(runs.data ?? []).filter((run) => run.sceneId === target.scene.id)} />
    </div>
  )
}

function Workbench({ target, providers }: { target: WriterTarget; providers: readonly ProviderView[] }) {
  const { chosen, choose } = useChosenProvider(providers)
  const [instruction, setInstruction] = useState('')
  const [length, setLength] = useState(250)
  const [exclude, setExclude] = useState<readonly string[]>([])
  const [drawer, setDrawer] = useState(false)
  const runs = useRuns(target.storyId)
  const { start } = useWriterActions(target.storyId)
  const ofScene = (runs.data ?? []).filter((run) => run.sceneId === target.scene.id)
  const newest = ofScene[0]
  // A newer run of another kind must not hide a draft that waits for its decision.
  const draft = ofScene.find((run) => run.verb === 'continue')
  const waiting = draft?.verdict === 'pending' ? draft : null
  const onPage = useSceneOnPage(target.scene.id)
  const running = ofScene.some((run) => run.state === 'running')

  function askFor(verb: Verb): Ask | null {
    if (!chosen) return null
    const { scene, branchId } = target
    return {
      verb,
      sceneId: scene.id,
      branchId,
      instruction,
      words: length,
      provider: chosen.kind,
      exclude: [...exclude],
    }
  }
  function begin(verb: Verb) {
    const ask = askFor(verb)
    if (!ask || running || start.isPending) return
    setExclude([])
    start.mutate(ask)
  }
  useCommandList([
    {
      id: 'writer.continue',
      title: words.continueScene,
      group: 'writer',
      keys: 'Mod+Enter',
      run: () => begin('continue'),
      when: () => !running,
    },
    {
      id: 'writer.branches',
      title: words.suggestBranches,
      group: 'writer',
      run: () => begin('branches'),
      when: () => !running,
    },
    { id: 'writer.context', title: words.showContext, group: 'writer', run: () => setDrawer(true) },
  ])
  const preview = askFor('continue')

  return (
    <div className="flex flex-col gap-4 p-4">
      <ProviderChoice providers={providers} chosen={chosen} onChoose={choose} />
      <Field label={words.instruction}>
        <Textarea
          value={instruction}
          maxLength={4000}
          placeholder={words.instructionPlaceholder}
          onChange={(event) => setInstruction(event.target.value)}
        />
      </Field>
      {chosen?.kind === 'offline' ? null : (
        <Slider label={words.words} min={50} max={1000} step={50} value={length} onChange={setLength} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          icon={<PenLine />}
          disabled={!chosen || running}
          busy={start.isPending}
          onClick={() => begin('continue')}
        >
          {words.continueScene}
        </Button>
        <Button icon={<GitFork />} disabled={!chosen || running || start.isPending} onClick={() => begin('branches')}>
          {words.suggestBranches}
        </Button>
        <Button variant="ghost" icon={<ListTree />} disabled={!chosen} onClick={() => setDrawer(true)}>
          {words.showContext}
        </Button>
      </div>
      {waiting ? (
        onPage && standsInText(waiting) ? (
          <p className="text-ink-soft" role="status">
            {waiting.state === 'running' ? words.writing : words.inText}
          </p>
        ) : (
          <PendingText
            key={waiting.id}
            run={waiting}
            onAgain={waiting.state === 'running' ? undefined : () => begin('continue')}
          />
        )
      ) : null}
      {newest?.verb === 'branches' ? <SuggestionRun key={newest.id} run={newest} /> : null}
      <RunList runs={ofScene} above={waiting?.id} />
      {drawer && preview ? (
        <ContextDrawer
          of={{ storyId: target.storyId, ask: preview }}
          exclude={exclude}
          onExclude={setExclude}
          onClose={() => setDrawer(false)}
        />
      ) : null}
    </div>
  )
}

interface ChoiceProps {
  providers: readonly ProviderView[]
  chosen: ProviderView | null
  onChoose: (kind: ProviderView['kind']) => void
}

/** Which provider writes, what it is, and how to get a model when there is none. */
function ProviderChoice({ providers, chosen, onChoose }: ChoiceProps) {
  const ready = providers.filter((one) => one.ready)
  const admin = useMayHere('admin')
  const options = ready.map((one) => ({
    value: one.kind,
    label: one.kind === 'offline' ? words.offlineName : `${words.providerNames[one.kind]}: ${one.model}`,
  }))
  return (
    <div className="flex flex-col gap-2">
      <Field label={words.provider}>
        <Select label={words.provider} value={chosen?.kind ?? null} options={options} onChange={onChoose} />
      </Field>
      {chosen ? <p className="text-small text-ink-faint">{words.leaves[chosen.hostClass]}</p> : null}
      {chosen?.kind === 'offline' ? (
        <Notice>
          {ready.length === 1 ? `${words.noModel} ` : ''}
          {words.offlineNote}
          {ready.length === 1 && admin ? (
            <a href="/settings#writer" className={buttonLook({ size: 'sm', className: 'mt-2' })}>
              {words.connect}
            </a>
          ) : null}
        </Notice>
      ) : null}
    </div>
  )
}
