'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { DoorDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'

const words = messages.shell.notFound

/** Shown for addresses that lead nowhere. */
export function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        wholePage
        drawing={<DoorDrawing />}
        title={words.title}
        action={
          <Link href="/" className={buttonLook({ variant: 'primary' })}>
            {words.action}
          </Link>
        }
      >
        {words.detail}
      </EmptyState>
    </main>
  )
}
