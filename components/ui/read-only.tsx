'use client'
import { createContext, useContext, type ReactNode } from 'react'

const ReadOnlyContext = createContext(false)

/** An area whose fields only show, and whose editing buttons are not drawn, while `when` holds. */
export function ReadOnly({ when, children }: { when: boolean; children: ReactNode }) {
  return <ReadOnlyContext value={when}>{children}</ReadOnlyContext>
}

/** Whether what is drawn here may only be read. */
export function useReadOnly(): boolean {
  return useContext(ReadOnlyContext)
}
