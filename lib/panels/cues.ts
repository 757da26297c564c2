import type { Action, Angle, Expression, Light, Setting, Shot } from './script.ts'

// Cue words of the rule-based breakdown. First match wins; every table is ordered from strong to weak. Rule PA5.

type Cues<T> = readonly (readonly [RegExp, T])[]

function first<T>(cues: Cues<T>, text: string): T | null {
  return cues.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

const SETTINGS_BY_CUE: Cues<Setting> = [
  [/\b(library|archive|bookshel\w+|reading room|bookshop)\b/i, 'library'],
  [/\b(kitchen|stove|oven|pantry|kettle)\b/i, 'kitchen'],
  [/\b(corridor|hallway|passage(way)?|landing|stairwell|stairs?)\b/i, 'corridor'],
  [/\b(cave|cavern|tunnel|grotto|mine shaft)\b/i, 'cave'],
  [
    /\b(deck|aboard|(in|into|inside) the (row)?boat|on the (ship|ferry)|oars?|rowed|rowing|sail(ed|ing)?|open sea|mast)\b/i,
    'sea',
  ],
  [
    /\b(bollards?|mooring|shore|beach|harbou?r|quay|pier|lighthouse|tide|cliffs?|sand|causeway|breakwater|jetty)\b/i,
    'shore',
  ],
  [/\b(roof(top)?s?|skyline|balcony|parapet)\b/i, 'rooftop'],
  [/\b(forest|woods?|trees|pines?|undergrowth|grove)\b/i, 'forest'],
  [/\b(street|alley|square|market|pavement|cobbles?|lane|town)\b/i, 'street'],
  [/\b(field|meadow|hills?|moor|orchard|fence|valley)\b/i, 'field'],
  [
    /\b(room|ceiling|pillow|door|window|table|bed|chair|desk|hearth|fireplace|workshop|study|parlou?r|house|inn|office)\b/i,
    'room',
  ],
]
const LIGHTS_BY_CUE: Cues<Light> = [
  [/\b(storm|thunder|lightning|gale|rain(ed|ing)?|downpour)\b/i, 'storm'],
  [/\b(lamp(light)?|lantern|candle(s|light)?|firelight|torch(light)?|lamplit)\b/i, 'lamp'],
  [/\b(midnight|night|moon(light)?|stars|starlight|dark(ness)?)\b/i, 'night'],
  [/\b(dusk|sunset|twilight|evening)\b/i, 'dusk'],
  [/\b(dawn|sunrise|daybreak|first light|early morning)\b/i, 'dawn'],
  [/\b(noon|sunlight|sunny|morning|afternoon|daylight)\b/i, 'day'],
]
const ACTIONS_BY_CUE: Cues<Action> = [
  [/\b(ran|runs?|running|sprint\w*|rush(ed|es)|bolt(ed|s)|hurr(y|ied|ies)|fled)\b/i, 'run'],
  [/\b(fell|falls|falling|stumbl\w+|tumbl\w+|slipp(ed|s))\b/i, 'fall'],
  [/\b(wrote|writes|writing|scribbl\w+|sketch\w*|signed)\b/i, 'write'],
  [/\b(read|reads|reading|turned the pages?|leaf(ed|ing) through)\b/i, 'read'],
  [/\b(knelt|kneels?|kneeling|on (her|his|their) knees)\b/i, 'kneel'],
  [/\b(crouch\w*|ducked|squatt\w+|hid(es|ing)?\b|huddl\w+)\b/i, 'crouch'],
  [/\b(lay|lies|lying|asleep|slept|sleeping|woke|awoke)\b/i, 'lie'],
  [/\b(sat on the (ground|floor|sand|grass|stones?|rocks?)|cross-legged)\b/i, 'sit-ground'],
  [/\b(sat|sits|sitting|seated|perched)\b/i, 'sit'],
  [/\b(pointed|points|pointing)\b/i, 'point'],
  [/\b(waved|waves at|waving|beckon\w*)\b/i, 'wave'],
  [/\b(whisper\w*|leaned (in|close|over))\b/i, 'whisper'],
  [/\b(lifted|lifts|raised|raises|held up|holds up|hung) (the|a|her|his) (lantern|lamp|light)\b/i, 'hold'],
  [/\b(reached up|reaches up|climb\w*)\b/i, 'reach-up'],
  [/\b(reach\w*|grabb\w+|took|takes|touch\w*|push\w*|open(ed|s)|pull\w*|knock\w*)\b/i, 'reach'],
  [/\b(held|holds|holding|carried|carries|carrying)\b/i, 'hold'],
  [/\b(shrugg?\w*|spread (his|her|their) hands)\b/i, 'shrug'],
  [/\b(crossed (her|his|their) arms|folded (her|his|their) arms|arms (crossed|folded))\b/i, 'arms-crossed'],
  [/\b(hands? on (her|his|their) hips?)\b/i, 'hands-on-hips'],
  [/\b(fists?|clench\w*|struck|hit|slammed|threat\w+)\b/i, 'fists'],
  [/\b(thought|wondered|considered|frowned at|studied|puzzl\w+)\b/i, 'think'],
  [/\b(looked back|glanced back|over (her|his|their) shoulder)\b/i, 'look-back'],
  [/\b(turned away|(her|his|their) back to|looked out|stared out|watched the)\b/i, 'turned-away'],
  [/\b(bowed|bent over|stooped|leaned over|bent down)\b/i, 'bow'],
  [/\b(walk\w*|went|came|crossed|stepped|stepping|climbed down|followed|left|entered|paced|strode)\b/i, 'walk'],
  [/\b(leaned|leans|leaning|waited|waits|rested)\b/i, 'relax'],
]
const FACES: Cues<Expression> = [
  [/\b(shout\w*|scream\w*|yell\w*|roar\w*|bellow\w*)\b/i, 'shout'],
  [/\b(laugh\w*|smil\w+|grinn?\w*|happy|glad|cheer\w*|delight\w*|beam(ed|ing))\b/i, 'happy'],
  [/\b(cried|cries|weep\w*|wept|sad|tears?|grief|sorrow\w*|mourn\w*|sobb?\w*)\b/i, 'sad'],
  [/\b(angr\w+|furious|rage|glar\w+|snapp?\w+|scowl\w*|growl\w*|snarl\w*)\b/i, 'angry'],
  [/\b(afraid|fear\w*|terrif\w+|frighten\w*|trembl\w+|shiver\w*|pale|panic\w*|scared)\b/i, 'afraid'],
  [/\b(surpris\w+|gasp\w*|startl\w+|astonish\w*|wide-eyed|stared|blinked)\b/i, 'surprised'],
  [/\b(tired|weary|yawn\w*|exhaust\w*|sigh\w*|sleepy)\b/i, 'tired'],
  [/\b(smirk\w*|wink\w*|sly\w*|teas\w+|mischie\w+)\b/i, 'sly'],
  [/\b(determin\w+|resolv\w+|firm\w*|jaw|steady|set (her|his|their) face|would not)\b/i, 'determined'],
]
const PROPS_BY_CUE: Cues<string> = [
  [/\b(lantern|lamp)\b/i, 'lantern'],
  [/\b(book|ledger|logbook|journal|diary)\b/i, 'book'],
  [/\b(letter|note|envelope|map|chart|paper)\b/i, 'letter'],
  [/\b(cup|mug|tea)\b/i, 'cup'],
  [/\b(sword|blade)\b/i, 'sword'],
  [/\b(keys?)\b/i, 'key'],
  [/\b(rope|coil)\b/i, 'rope'],
  [/\b(staff|stick|oar|pole)\b/i, 'staff'],
  [/\b(flower|rose)\b/i, 'flower'],
]
const HOLDS =
  /\b(held|holds?|holding|carri\w+|lifted|lifts|raised|took|takes|with (a|the|her|his)|clutch\w*|swung|gripp\w+|poured|unfolded|opened|read)\b/i

/** The place the words name, or null where they name none. */
export function guessSetting(text: string): Setting | null {
  return first(SETTINGS_BY_CUE, text)
}
/** The place that is named first, for a scene's opening: the bed before the stair, the quay before the boat; or null. */
export function openingSetting(text: string): Setting | null {
  return (
    SETTINGS_BY_CUE.map(([pattern, setting]) => ({ setting, at: text.search(pattern) }))
      .filter((entry) => entry.at >= 0)
      .sort((a, b) => a.at - b.at)[0]?.setting ?? null
  )
}
/** What is seen where nobody is in the picture: the sea one hears of from indoors; or null. */
export function guessView(text: string): Setting | null {
  return /\b(sea|surf|waves|horizon)\b/i.test(text) ? 'shore' : null
}
/** The light the words name, or null. */
export function guessLight(text: string): Light | null {
  return first(LIGHTS_BY_CUE, text)
}
/** What somebody does, from the sentences about them; standing where nothing is said. */
export function readAction(text: string): Action {
  return first(ACTIONS_BY_CUE, text) ?? 'stand'
}
/** What a face shows; `loud` speech opens the mouth where nothing else is said. */
export function readExpression(text: string, loud: boolean): Expression {
  return first(FACES, text) ?? (loud ? 'shout' : 'neutral')
}
/** What is held, only where a holding verb stands beside the noun. */
export function guessProp(text: string): string {
  return HOLDS.test(text) ? (first(PROPS_BY_CUE, text) ?? '') : ''
}
/** Camera height from the words. */
export function guessAngle(text: string): Angle {
  if (/\b(from above|below (her|him|them)|looked down|far below|down at|at (her|his|their) feet)\b/i.test(text))
    return 'high'
  if (/\b(tower\w*|loom\w*|looked up|high above|overhead|rose above)\b/i.test(text)) return 'low'
  if (/\b(reel\w*|dizz\w+|tilt\w*|spun|lurch\w*|stumbl\w+|ran|fled|crash\w*)\b/i.test(text)) return 'tilted'
  return 'eye'
}
/** A lying figure seen close is a head on its side without a reason: the camera steps back until the bed shows. */
export function shotForPose(shot: Shot, actions: readonly Action[]): Shot {
  return actions.includes('lie') && (shot === 'close' || shot === 'extreme-close') ? 'medium' : shot
}
/** How near the camera stands: the first panel shows the place, feelings come close, crowds go wide. */
export function guessShot(text: string, at: { index: number; count: number; figures: number; lines: number }): Shot {
  if (at.index === 0) return at.figures === 0 ? 'extreme-wide' : 'wide'
  if (at.figures === 0) return 'extreme-wide'
  if (/\b(eyes?|tear|lips?|breath|whisper\w*)\b/i.test(text) && at.figures === 1)
    return /\beyes?\b/i.test(text) && at.lines === 0 ? 'extreme-close' : 'close'
  if (/\b(ran|fled|walked|climb\w*|fell|jump\w*|crossed|strode|kneel\w*|knelt|sat)\b/i.test(text))
    return at.figures > 2 ? 'wide' : 'full'
  if (at.figures > 2) return 'full'
  // A silent face with nothing said of it shows no more close up, and would be the twin of the next one.
  if (at.figures === 1 && at.lines > 0 && at.index % 3 === 2) return 'close'
  return 'medium'
}
