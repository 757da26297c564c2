import { seedFrom } from '#lib/kernel/random.ts'

const HUES = 12

interface Held {
  readonly hue: number
  /** Open connections that show it: windows on the story, texts in it. */
  holds: number
}

/** Who is drawn in which hue: one for each session in a story, whatever it has open there, so that all agree (collab.md 6). */
export interface Hues {
  /** A hue from 1 to 12, that of the person's id or the next one nobody in the story has; the same until all let go. */
  readonly hold: (
    storyId: string,
    who: { userId: string; sessionId: string },
  ) => {
    readonly hue: number
    readonly letGo: () => void
  }
}

/** Builds the registry the room and the texts share. */
export function createHues(): Hues {
  const stories = new Map<string, Map<string, Held>>()

  return {
    hold: (storyId, { userId, sessionId }) => {
      const sessions = stories.get(storyId) ?? new Map<string, Held>()
      stories.set(storyId, sessions)
      const held = sessions.get(sessionId) ?? { hue: freeHue(userId, sessions), holds: 0 }
      sessions.set(sessionId, held)
      held.holds++
      let done = false
      return {
        hue: held.hue,
        letGo: () => {
          if (done) return
          done = true
          if (--held.holds > 0) return
          sessions.delete(sessionId)
          if (sessions.size === 0) stories.delete(storyId)
        },
      }
    },
  }
}

function freeHue(userId: string, sessions: ReadonlyMap<string, Held>): number {
  const taken = new Set([...sessions.values()].map((held) => held.hue))
  const wanted = seedFrom(userId) % HUES
  for (let step = 0; step < HUES; step++) {
    const hue = ((wanted + step) % HUES) + 1
    if (!taken.has(hue)) return hue
  }
  return wanted + 1
}
