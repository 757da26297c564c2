import { PlaceView } from '#components/shell/place-view.tsx'

export default async function Page({ params }: { params: Promise<{ place: string }> }) {
  const { place } = await params
  return <PlaceView place={place} />
}
