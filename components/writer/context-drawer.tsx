'use client'
import { Minus, Plus } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Sheet } from '#components/ui/sheet.tsx'
import type { ContextPack, PackItem } from '#lib/writer/pack.ts'
import type { ContextPreview } from '#lib/writer/run.ts'
import { useContextPack } from './use-writer.ts'
import type { ContextOf } from './use-writer.ts'

const words = messages.writer.context

export interface ContextDrawerProps {
  of: ContextOf
  onClose: () => void
  /** Present where items can still be left out: before a call. */
  exclude?: readonly string[] | undefined
  onExclude?: ((ids: readonly string[]) => void) | undefined
}

/** Everything one call is shown, byte for byte, and what was left out and why. */
export function ContextDrawer({ of, onClose, exclude, onExclude }: ContextDrawerProps) {
  const query = useContextPack(of)
  return (
    <Sheet open onOpenChange={(open) => (open ? undefined : onClose())} title={words.title}>
      <QueryState query={query}>
        {(preview) => (
          <div className="flex flex-col gap-4 p-4">
            <Summary preview={preview} sent={'run' in of} />
            <Items pack={preview.pack} exclude={exclude ?? []} onExclude={onExclude} />
            <Skipped pack={preview.pack} exclude={exclude ?? []} onExclude={onExclude} />
          </div>
        )}
      </QueryState>
    </Sheet>
  )
}

function Summary({ preview, sent }: { preview: ContextPreview; sent: boolean }) {
  const { pack, search, label, hostClass } = preview
  const found = search.arms.reduce((sum, arm) => sum + arm.n, 0)
  return (
    <div className="flex flex-col gap-1 text-small text-ink-soft">
      <p className="text-ui text-ink">{sent ? words.after : words.before}</p>
      <p>
        {label}. {messages.writer.leaves[hostClass]}
      </p>
      <p className="tabular-nums">{words.budget(pack.tokens, pack.budgetTokens)}</p>
      <p>{search.mode === 'none' ? words.noSearch : words.search(search.mode, found)}</p>
      {search.degradedReason ? <p className="text-warn">{search.degradedReason}</p> : null}
      <p className="font-mono text-micro text-ink-faint">
        {words.hash(pack.hash)} {pack.templates.map((one) => `${one.id} ${one.version}`).join(', ')}
      </p>
    </div>
  )
}

type Leaving = Pick<ContextDrawerProps, 'onExclude'> & { pack: ContextPack; exclude: readonly string[] }

function Items({ pack, exclude, onExclude }: Leaving) {
  const layers = [...new Set(pack.items.map((item) => item.layer))]
  const head = pack.items.findLast((item) => item.layer === 'recent')?.id
  const fixed = (item: PackItem): boolean => item.layer === 'system' || item.layer === 'instruction' || item.id === head
  return layers.map((layer) => (
    <section key={layer} aria-label={words.layer(layer)} className="flex flex-col gap-2">
      <h3 className="text-small font-semibold text-ink-soft">{words.layer(layer)}</h3>
      {pack.items
        .filter((item) => item.layer === layer)
        .map((item) => (
          <div key={item.id} className="flex items-start rounded-md border bg-raised">
            <details className="min-w-0 flex-1">
              <summary className="px-3 py-2">
                <span className="font-medium">{item.title || words.untitled}</span>
                <span className="block text-small text-ink-faint">
                  {item.reason}, {words.tokens(item.tokens)}
                  {item.source ? `, ${words.version(item.source.version)}` : ''}
                </span>
              </summary>
              <pre
                className="max-h-80 overflow-auto border-t px-3 py-2 font-mono text-micro whitespace-pre-wrap"
                tabIndex={0}
              >
                {item.text}
              </pre>
            </details>
            {onExclude && !fixed(item) ? (
              <IconButton
                size="icon-sm"
                label={words.leaveOut(item.title)}
                icon={<Minus />}
                className="m-1.5"
                onClick={() => onExclude([...exclude, item.id])}
              />
            ) : null}
          </div>
        ))}
    </section>
  ))
}

function Skipped({ pack, exclude, onExclude }: Leaving) {
  if (pack.skipped.length === 0) return null
  return (
    <section aria-label={words.skipped} className="flex flex-col gap-1">
      <h3 className="text-small font-semibold text-ink-soft">{words.skipped}</h3>
      <ul className="flex flex-col">
        {pack.skipped.map((item) => (
          <li key={item.id} className="flex min-h-row items-center gap-2 border-b text-small">
            <span className="min-w-0 flex-1">
              {item.title || words.untitled}: <span className="text-ink-faint">{item.why}</span>
            </span>
            <span className="text-ink-faint tabular-nums">{words.tokens(item.tokens)}</span>
            {onExclude && exclude.includes(item.id) ? (
              <IconButton
                size="icon-sm"
                label={words.putBack(item.title)}
                icon={<Plus />}
                onClick={() => onExclude(exclude.filter((id) => id !== item.id))}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
