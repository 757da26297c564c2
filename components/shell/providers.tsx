'use client'
import '#lib/client/zod-config.ts'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { useState, type ReactNode } from 'react'
import { Announcer } from '#components/ui/announcer.tsx'
import { Toaster } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { CommandProvider } from './command-provider.tsx'
import { LeavingNotice } from './leaving-notice.tsx'
import { Overlays } from './overlays.tsx'
import { PreferenceProvider } from './preferences.tsx'

/** A refusal stays one however often it is asked again; a dropped line or a busy server may answer the second time. */
function worthAgain(failures: number, cause: Error): boolean {
  if (cause instanceof ApiProblem && cause.status >= 400 && cause.status < 500) return false
  return failures < 2
}

function makeQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, retry: worthAgain, refetchOnWindowFocus: true },
      // Without a network too: the answer is that the server cannot be reached, not a wait that nobody sees the end of.
      mutations: { networkMode: 'always' },
    },
  })
}

/** What every page needs: theme, server reads, commands, tooltips, notices. `nonce` is the page's CSP nonce. */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [queries] = useState(makeQueryClient)
  return (
    <CSPProvider nonce={nonce}>
      <ThemeProvider
        attribute="data-theme"
        defaultTheme="system"
        enableSystem
        disableTransitionOnChange
        {...(nonce === undefined ? {} : { nonce })}
      >
        <QueryClientProvider client={queries}>
          <PreferenceProvider>
            <CommandProvider>
              <Tooltip.Provider delay={400}>
                {children}
                <Overlays />
                <LeavingNotice />
                <Toaster />
                <Announcer />
              </Tooltip.Provider>
            </CommandProvider>
          </PreferenceProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </CSPProvider>
  )
}
