import { luminanceOf } from '../kernel/luminance.ts'
import { previewSeed } from './comic.ts'
import type { ComicPage, PlacedPanel } from './comic.ts'
import type { Box } from './draw/figure-pen.ts'
import type { LetteringFont } from './font.ts'
import { LETTER_COLOURS } from './lettering.ts'
import type { Balloon } from './lettering.ts'
import { coverFit, letterInFrame, PAGE } from './page.ts'
import type { KnownArt } from './page.ts'
import type { Panel, PanelVersion } from './panel.ts'
import { storyboard } from './storyboard.ts'
import type { PanelFacts } from './storyboard.ts'

/** The picture a panel shows: one of its versions, or one that is about to become one. */
type Shown = Pick<PanelVersion, 'facts' | 'qc'> & {
  readonly image: { readonly width: number; readonly height: number }
}

/**
 * A page as it is shown, as plain geometry for checks: everything in page px, balloons where the lettering puts them now
 * (PA55). `shown` says which picture a panel has, null for its live storyboard.
 */
export function readablePage(page: ComicPage, shown: (panel: Panel) => Shown | null, font: LetteringFont) {
  const { width, height, margin } = PAGE
  return {
    panels: page.panels.map((placed) => readablePanel(placed, shown(placed.panel), font)),
    direction: page.direction,
    pageWidth: width,
    safe: { x: margin, y: margin, w: width - margin * 2, h: height - margin * 2 },
  }
}

function readablePanel(placed: PlacedPanel, picture: Shown | null, font: LetteringFont) {
  const { panel, cell: frame, direction } = placed
  const art = knownArt(placed, picture)
  const { lettering, busy } = letterInFrame(panel, art, frame, { font, sizePx: PAGE.fontPx, direction })
  const { scale, dx, dy } = coverFit(art, frame)
  const move = (box: Box): Box => ({ x: box.x + frame.x, y: box.y + frame.y, w: box.w, h: box.h })
  // Heads may lie partly outside the frame; only what is seen can be covered.
  const seen = (box: Box): Box => {
    const [x0, y0] = [Math.max(0, box.x), Math.max(0, box.y)]
    return {
      x: x0,
      y: y0,
      w: Math.max(0, Math.min(frame.w, box.x + box.w) - x0),
      h: Math.max(0, Math.min(frame.h, box.y + box.h) - y0),
    }
  }
  const ground = picture?.qc?.['ground']
  return {
    id: panel.id as string,
    frame,
    art: move({ x: dx, y: dy, w: art.width * scale, h: art.height * scale }),
    picture: { width: art.width, height: art.height },
    faces:
      art.facts &&
      busy.heads
        .map((head) => ({ id: head.id, box: move(seen(head.box)) }))
        .filter((face) => face.box.w * face.box.h > 0),
    hands: busy.hands.map((hand) => move(seen(hand))).filter((hand) => hand.w * hand.h > 0),
    balloons: lettering.balloons.map((balloon) => readableBalloon(balloon, frame)),
    ground: typeof ground === 'string' ? ground : null,
  }
}

function readableBalloon(balloon: Balloon, frame: Box) {
  const { block, kind, shape, tip } = balloon
  const around = (halfWidth: number, halfHeight: number): Box => ({
    x: frame.x + balloon.cx - halfWidth,
    y: frame.y + balloon.cy - halfHeight,
    w: halfWidth * 2,
    h: halfHeight * 2,
  })
  const { ink, paper, caption, sound, edge } = LETTER_COLOURS
  const ground =
    kind === 'sfx' ? edge : shape === 'borderless' ? null : shape === 'caption' || shape === 'squared' ? caption : paper
  return {
    id: balloon.lineId,
    box: around(balloon.rx, balloon.ry),
    text: around(block.width / 2, block.height / 2),
    words: balloon.words,
    sizePx: block.sizePx,
    speakerId: balloon.speakerId as string | null,
    tip: tip && ([tip[0] + frame.x, tip[1] + frame.y] as const),
    needsTail: balloon.speakerId !== null && kind !== 'caption' && kind !== 'location' && kind !== 'sfx',
    missing: block.missing,
    ink: luminanceOf(kind === 'sfx' ? sound : ink),
    paper: ground && luminanceOf(ground),
  }
}

function knownArt({ panel, blueprint }: PlacedPanel, picture: Shown | null): KnownArt {
  // Facts were written by the drawing of this version and by nobody else.
  if (picture) return { ...picture.image, facts: picture.facts as PanelFacts | null }
  return storyboard(blueprint, previewSeed(panel.id))
}
