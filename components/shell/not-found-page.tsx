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
      <LeadsNowhere wholePage title={words.title} />
    </main>
  )
}

/** Says that what an address names is not there, and leads back to the stories. */
export function LeadsNowhere({ title, wholePage = false }: { title: string; wholePage?: boolean }) {
  return (
    <EmptyState
      wholePage={wholePage}
      drawing={<DoorDrawing />}
      title={title}
      action={
        <Link href="/" className={buttonLook({ variant: 'primary' })}>
          {words.action}
        </Link>
      }
    >
      {words.detail}
    </EmptyState>
  )
}
