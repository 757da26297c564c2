import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@fontsource-variable/literata/opsz.css'
import '@fontsource-variable/literata/opsz-italic.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Providers } from '#components/shell/providers.tsx'

export const metadata: Metadata = {
  title: { default: messages.shell.appName, template: `%s · ${messages.shell.appName}` },
  description: messages.shell.tagline,
  // No address, number or date in a story becomes a link by itself.
  formatDetection: { telephone: false, email: false, address: false, date: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf7f0' },
    { media: '(prefers-color-scheme: dark)', color: '#16181b' },
  ],
}

/** The document around every page. The server sets the nonce header itself and drops any a client sends. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <div id="app">
          <Providers nonce={nonce}>{children}</Providers>
        </div>
      </body>
    </html>
  )
}
