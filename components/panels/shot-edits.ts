import { messages } from '#components/messages/messages.ts'
import type { PanelId } from '#lib/kernel/ids.ts'
import type { Panel } from '#lib/panels/panel.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'

/** Splits a panel: the second half of its words and lines moves to a new panel after it. One undo step. */
export function splitPanel(panel: Panel, id: PanelId): StoryCommandInput {
  const cut = Math.ceil(panel.lines.length / 2)
  const at = middleOf(panel.beat)
  const { beat, source, shot, angle, setting, light, figures, lines, altText, weight } = panel
  return {
    type: 'Batch',
    label: messages.panels.split,
    commands: [
      {
        type: 'UpdatePanel',
        panelId: panel.id,
        fields: { beat: beat.slice(0, at).trim(), lines: lines.slice(0, cut) },
      },
      {
        type: 'AddPanels',
        sceneId: panel.sceneId,
        afterPanelId: panel.id,
        panels: [
          {
            id,
            beat: beat.slice(at).trim(),
            source,
            shot: shot === 'medium' ? 'close' : 'medium',
            angle,
            setting,
            light,
            figures,
            lines: lines.slice(cut),
            altText,
            weight,
            turn: false,
          },
        ],
      },
    ],
  }
}

/** The sentence end nearest the middle, or the end of a text of one sentence. */
function middleOf(text: string): number {
  const ends = [...text.matchAll(/[.!?…]["”]?\s/g)].map((match) => match.index + match[0].length)
  return ends.sort((a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2))[0] ?? text.length
}

/** Joins a panel with the next: beats, lines and figures add up. One undo step. */
export function joinPanels(panel: Panel, next: Panel): StoryCommandInput {
  const known = new Set(panel.figures.map((figure) => figure.characterId))
  const figures = [...panel.figures, ...next.figures.filter((figure) => !known.has(figure.characterId))].slice(0, 6)
  const source =
    panel.source && next.source
      ? {
          from: panel.source.from,
          to: next.source.to,
          quote: `${panel.source.quote}\n\n${next.source.quote}`.slice(0, 4000),
        }
      : (panel.source ?? next.source)
  return {
    type: 'Batch',
    label: messages.panels.join,
    commands: [
      {
        type: 'UpdatePanel',
        panelId: panel.id,
        fields: {
          beat: `${panel.beat} ${next.beat}`.trim().slice(0, 600),
          lines: [...panel.lines, ...next.lines].slice(0, 12),
          figures,
          source,
          weight: Math.max(panel.weight, next.weight),
        },
      },
      { type: 'DeletePanels', panelIds: [next.id] },
    ],
  }
}
