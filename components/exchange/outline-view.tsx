'use client'
import { messages } from '#components/messages/messages.ts'
import type { ImportOutline } from '#lib/client/exchange.ts'

const words = messages.exchange

/** The scenes a file would become, with their words and ways on. */
export function OutlineView({ outline }: { outline: ImportOutline }) {
  return (
    <section aria-label={words.outline} className="grid gap-2">
      <h3 className="font-medium">{words.outline}</h3>
      <p className="text-ink-soft">{outline.start === null ? words.noStart : words.startsAt(outline.start)}</p>
      <div className="max-h-72 overflow-auto rounded-md border" tabIndex={0} role="group" aria-label={words.outline}>
        <table className="w-full text-left">
          <thead className="sticky top-0 bg-sunken text-small text-ink-soft">
            <tr>
              <th className="px-3 py-1.5 font-medium">{words.scene}</th>
              <th className="px-3 py-1.5 text-right font-medium">{words.words}</th>
              <th className="px-3 py-1.5 font-medium">{words.choices}</th>
            </tr>
          </thead>
          <tbody>
            {outline.scenes.map((scene, index) => (
              <tr key={index} className="border-t align-top">
                <td className="px-3 py-1.5">{scene.title === '' ? words.untitled : scene.title}</td>
                <td className="px-3 py-1.5 text-right tabular-nums">{scene.words.toLocaleString('en')}</td>
                <td className="px-3 py-1.5 text-ink-soft">
                  {scene.choices.length === 0 ? words.end : scene.choices.join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {outline.more > 0 ? <p className="text-ink-soft">{words.moreScenes(outline.more)}</p> : null}
    </section>
  )
}
