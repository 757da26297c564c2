import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { inputTokens, isComplete } from '#lib/writer/generation.ts'
import type { RunView } from '#lib/writer/run.ts'

const words = messages.writer

/** How a run ended, in a word that also says when its text is incomplete. */
export function RunEnding({ run }: { run: RunView }) {
  if (run.state === 'running') return <Badge tone="info">{words.writing}</Badge>
  if (run.state === 'interrupted') return <Badge tone="warn">{words.interrupted}</Badge>
  const reason = run.finishReason ?? 'truncated'
  const tone = isComplete(reason) ? 'ok' : reason === 'error' || reason === 'refusal' ? 'danger' : 'warn'
  return <Badge tone={tone}>{words.ending(reason)}</Badge>
}

/** Who wrote it: provider and model, and whether it came from rules. */
export function RunLabel({ run }: { run: RunView }) {
  return (
    <Badge>
      {run.label}
      {run.hostClass === 'built-in' ? ` (${words.suggestion.byRules})` : ''}
    </Badge>
  )
}

/** Tokens and cost of a run, once it has made a call. */
export function RunUsage({ run }: { run: RunView }) {
  if (!run.usage) return null
  const { usage } = run
  return (
    <span className="text-small text-ink-faint tabular-nums">
      {words.tokens(inputTokens(usage), usage.output, usage.source !== 'provider')}, {words.cost(usage.costMicros)}
    </span>
  )
}
