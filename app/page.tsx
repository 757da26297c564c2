import { Suspense } from 'react'
import { ShelfPage } from '#components/shell/shelf/shelf-page.tsx'

export default function Page() {
  return (
    <Suspense>
      <ShelfPage />
    </Suspense>
  )
}
