'use client'
import { messages } from '#components/messages/messages.ts'
import { ErrorState } from '#components/ui/error-state.tsx'

/** What a page shows when it breaks as a whole; panels have their own boundaries. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState
        wholePage
        title={messages.shell.broken.title}
        detail={error.message}
        requestId={error.digest}
        onRetry={reset}
      />
    </main>
  )
}
