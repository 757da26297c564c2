'use client'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { ApiProblem } from '#lib/client/api.ts'
import { holdProse, type HeldProse } from '#lib/client/prose-sessions.ts'
import type { ProseSession, ProseState } from '#lib/client/prose-provider.ts'

export interface OpenedProse {
  readonly session: ProseSession | null
  readonly state: ProseState
  /** Why the text could not be opened at all. */
  readonly failure: unknown
  /** Tries again after a failure or a permanent end. */
  readonly retry: () => void
  /** Leaves the present document behind and opens the one the server has now. */
  readonly reopen: () => void
}

const AGAIN_MS = 4000
const OPENING: ProseState = {
  connection: 'connecting',
  endCode: null,
  ready: false,
  canWrite: false,
  unsent: 0,
  keptHere: false,
  copyRead: false,
  refused: 0,
}

/** Holds a scene's text while the caller is mounted. */
export function useProse(storyId: string, sceneId: string, userId: string): OpenedProse {
  const [held, setHeld] = useState<HeldProse | null>(null)
  const [session, setSession] = useState<ProseSession | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)

  // Syncs the open text with this component's life.
  useEffect(() => {
    let gone = false
    const hold = holdProse({ storyId, sceneId, userId })
    setHeld(hold)
    setSession(null)
    setFailure(null)
    hold.opened.then(
      (opened) => {
        if (!gone) setSession(opened)
      },
      (cause: unknown) => {
        if (!gone) setFailure(cause)
      },
    )
    return () => {
      gone = true
      hold.release()
    }
  }, [storyId, sceneId, userId, attempt])

  // Asks again while the server cannot be reached.
  useEffect(() => {
    if (!(failure instanceof ApiProblem) || failure.status !== 0) return
    const timer = setTimeout(() => setAttempt((before) => before + 1), AGAIN_MS)
    return () => clearTimeout(timer)
  }, [failure])

  const subscribe = useCallback((listener: () => void) => session?.subscribe(listener) ?? (() => undefined), [session])
  const read = useCallback(() => session?.current() ?? OPENING, [session])
  const state = useSyncExternalStore(subscribe, read, () => OPENING)
  return {
    session,
    state,
    failure,
    retry: () => {
      if (session) session.retry()
      else setAttempt(attempt + 1)
    },
    reopen: () => {
      held?.discard()
      setAttempt(attempt + 1)
    },
  }
}
