import type { Metadata } from 'next'
import { AdminPage } from '#components/admin/admin-page.tsx'
import { messages } from '#components/messages/messages.ts'

export const metadata: Metadata = { title: messages.admin.title }

export default function Page() {
  return <AdminPage />
}
