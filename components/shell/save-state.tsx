'use client'
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { NOTHING_KNOWN, sumOf, type SaveReport, type SaveSum } from './save-sum.ts'

function createSaveBoard() {
  const reports = new Map<string, SaveReport>()
  const listeners = new Set<() => void>()
  let sum = NOTHING_KNOWN
  const renew = () => {
    const next = sumOf([...reports.values()])
    if (
      next.state === sum.state &&
      next.unsaved === sum.unsaved &&
      next.kept === sum.kept &&
      next.trouble === sum.trouble
    )
      return
    sum = next
    for (const listener of listeners) listener()
  }
  return {
    put: (id: string, report: SaveReport) => {
      reports.set(id, report)
      renew()
    },
    drop: (id: string) => {
      reports.delete(id)
      renew()
    },
    read: () => sum,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const SaveContext = createContext<ReturnType<typeof createSaveBoard> | null>(null)

/** Gathers what the areas of one story report about saving. */
export function SaveProvider({ children }: { children: ReactNode }) {
  const [board] = useState(createSaveBoard)
  return <SaveContext value={board}>{children}</SaveContext>
}

/**
 * Reports an area's save state to the status bar while the caller is mounted: `useReportSave('prose', { unsaved: 2,
 * connected: true })`. Count only what the server has acknowledged as saved.
 */
export function useReportSave(id: string, { unsaved, connected, opening, kept, trouble }: SaveReport): void {
  const board = useContext(SaveContext)
  // Syncs the board with the newest report.
  useEffect(() => {
    board?.put(id, { unsaved, connected, opening, kept, trouble })
  }, [board, id, unsaved, connected, opening, kept, trouble])
  // Syncs the board with this component's life.
  useEffect(() => () => board?.drop(id), [board, id])
}

/** The whole story's save state. */
export function useSaveSum(): SaveSum {
  const board = useContext(SaveContext)
  return useSyncExternalStore(board?.subscribe ?? nothing, board?.read ?? readNothing, readNothing)
}

const nothing = () => () => undefined
const readNothing = () => NOTHING_KNOWN
