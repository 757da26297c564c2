'use client'
import { messages } from '#components/messages/messages.ts'
import { Notice } from '#components/ui/notice.tsx'
import { FrontPage } from './front-page.tsx'

const words = messages.accounts.setup

/** Shown wherever nobody owns the installation yet and no link was opened. */
export function NoToken() {
  return (
    <FrontPage title={words.noTokenTitle} lead={words.noToken}>
      <Notice>{words.restart}</Notice>
    </FrontPage>
  )
}
