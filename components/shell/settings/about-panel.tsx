'use client'
import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { api, ApiProblem } from '#lib/client/api.ts'

const words = messages.settings.about

interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, string>>
}

/** Readiness answers 503 with the same document when something is down; that is an answer, not a failure to ask. */
async function readReadiness(signal: AbortSignal): Promise<Readiness> {
  try {
    return await api<Readiness>('GET', '/api/readyz', { signal })
  } catch (cause) {
    if (cause instanceof ApiProblem && cause.status === 503) return cause.problem as unknown as Readiness
    throw cause
  }
}

/** Version, health of the server, and what the page is set in. */
export function AboutPanel() {
  const version = useQuery({
    queryKey: ['version'],
    queryFn: ({ signal }) => api<{ version: string }>('GET', '/api/version', { signal }),
  })
  const readiness = useQuery({ queryKey: ['readyz'], queryFn: ({ signal }) => readReadiness(signal) })
  return (
    <Panel title={words.title}>
      <dl className="grid grid-cols-[120px_minmax(0,1fr)] items-center gap-y-2">
        <dt className="text-ink-faint">{words.version}</dt>
        <dd>
          <QueryState query={version} lines={1}>
            {({ version: number }) => (
              <>
                {messages.shell.appName} {number}
              </>
            )}
          </QueryState>
        </dd>
        <dt className="text-ink-faint">{words.server}</dt>
        <dd className="flex items-center gap-2">
          <QueryState query={readiness} lines={1}>
            {({ ready, checks }) => <span>{ready ? words.ready : words.notReady(failing(checks))}</span>}
          </QueryState>
          <IconButton
            size="icon-sm"
            label={words.check}
            icon={<RotateCw aria-hidden />}
            onClick={() => void readiness.refetch()}
          />
        </dd>
      </dl>
      <p className="text-ink-soft">{words.fonts}</p>
      <p>
        <a href="/api/docs" className="text-madder underline underline-offset-4">
          {words.api}
        </a>
      </p>
    </Panel>
  )
}

function failing(checks: Readiness['checks']): string {
  return Object.entries(checks)
    .filter(([, state]) => state !== 'ok')
    .map(([name]) => name)
    .join(', ')
}
