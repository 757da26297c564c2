'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { notify } from '#components/ui/toast.tsx'
import { saveProvider, testProvider } from '#lib/client/writer.ts'
import type { ProviderSettings } from '#lib/client/writer.ts'
import type { ProviderView } from '#lib/writer/run.ts'
import { UsagePanel } from './usage-panel.tsx'
import { useProviders } from './use-writer.ts'

const all = messages.writer
const words = all.settings
const MODELS_SHOWN = 20

/** Settings of the writer: every provider with address, model and key, a real test, and what was used so far. */
export function WriterSettings() {
  const providers = useProviders()
  return (
    <>
      <Panel title={words.title}>
        <p className="text-ink-soft">{words.note}</p>
        <QueryState query={providers}>
          {(list) => (
            <div className="flex flex-col gap-4">
              {list.map((provider) =>
                provider.kind === 'offline' ? (
                  <OfflineCard key={provider.kind} />
                ) : (
                  <ProviderForm key={provider.kind} provider={provider} />
                ),
              )}
            </div>
          )}
        </QueryState>
      </Panel>
      <UsagePanel storyId={null} />
    </>
  )
}

function OfflineCard() {
  return (
    <section aria-label={all.offlineName} className="flex flex-col gap-1 rounded-md border p-4">
      <header className="flex items-center gap-2">
        <h3 className="flex-1 font-medium">{all.offlineName}</h3>
        <Badge tone="ok">{words.ready}</Badge>
      </header>
      <p className="text-ink-soft">{all.offlineNote}</p>
    </section>
  )
}

function ProviderForm({ provider }: { provider: ProviderView }) {
  const { kind } = provider
  const queries = useQueryClient()
  const [enabled, setEnabled] = useState(provider.enabled)
  const [baseUrl, setBaseUrl] = useState(provider.baseUrl ?? '')
  const [model, setModel] = useState(provider.model)
  const [key, setKey] = useState('')
  const save = useMutation({
    mutationFn: (settings: ProviderSettings) => saveProvider(kind, settings),
    onSuccess: () => {
      setKey('')
      notify.done(words.saved, { id: `provider-${kind}` })
      return queries.invalidateQueries({ queryKey: ['writer', 'providers'] })
    },
  })
  const settings = { enabled, baseUrl, model, ...(key.trim() === '' ? {} : { key: key.trim() }) }
  // The server tries what it has stored, so what stands in the form is stored first.
  const changed =
    'key' in settings ||
    enabled !== provider.enabled ||
    baseUrl.trim() !== provider.baseUrl ||
    model.trim() !== provider.model
  const test = useMutation({
    mutationFn: async () => {
      if (changed) await save.mutateAsync(settings)
      return testProvider(kind)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['writer', 'usage'] }),
  })
  const name = all.providerNames[kind]

  return (
    <section aria-label={name} className="rounded-md border p-4">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate(settings)
        }}
      >
        <header className="flex items-center gap-2">
          <h3 className="flex-1 font-medium">{name}</h3>
          <Badge tone={provider.ready ? 'ok' : 'neutral'}>
            {provider.ready ? words.ready : provider.enabled ? words.notReady : words.off}
          </Badge>
        </header>
        <p className="text-small text-ink-faint">{all.leaves[provider.hostClass]}</p>
        <Switch label={words.enabled} checked={enabled} onChange={setEnabled} />
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={words.baseUrl} description={words.baseUrlNotes[kind]}>
            <Input
              value={baseUrl}
              inputMode="url"
              spellCheck={false}
              onChange={(event) => setBaseUrl(event.target.value)}
            />
          </Field>
          <Field label={words.model}>
            <Input
              value={model}
              spellCheck={false}
              list={`models-${kind}`}
              onChange={(event) => setModel(event.target.value)}
            />
          </Field>
          <datalist id={`models-${kind}`}>
            {(test.data?.models ?? []).map((id) => (
              <option key={id} value={id} />
            ))}
          </datalist>
          <Field label={words.key} description={provider.keyLast4 ? words.keySet(provider.keyLast4) : words.keyNone}>
            <Input type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} />
          </Field>
        </div>
        {save.isError ? (
          <Notice tone="danger" live>
            {save.error.message}
          </Notice>
        ) : null}
        {test.isError && !save.isError ? (
          <Notice tone="danger" live>
            {test.error.message}
          </Notice>
        ) : null}
        {test.data ? (
          <Notice tone={test.data.ok ? 'ok' : 'danger'} live>
            {test.data.ok ? words.testOk(test.data.model, test.data.durationMs) : words.testFailed(test.data)}
            {test.data.models.length > 0 ? (
              <span className="block text-small">
                {words.models}: {test.data.models.slice(0, MODELS_SHOWN).join(', ')}
                {test.data.models.length > MODELS_SHOWN
                  ? ` ${words.moreModels(test.data.models.length - MODELS_SHOWN)}`
                  : ''}
              </span>
            ) : null}
          </Notice>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={save.isPending}>
            {words.save}
          </Button>
          <Button variant="ghost" busy={test.isPending} onClick={() => test.mutate()}>
            {changed ? words.saveAndTest : words.test}
          </Button>
          {provider.keyLast4 ? (
            <Button variant="ghost" onClick={() => save.mutate({ ...settings, key: null })}>
              {words.removeKey}
            </Button>
          ) : null}
        </div>
      </form>
    </section>
  )
}
