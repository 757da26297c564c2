'use client'
import { memo, useMemo } from 'react'
import { cn } from '#components/ui/cn.ts'
import type { Blueprint } from '#lib/panels/blueprint.ts'
import { storyboard, storyboardSvg } from '#lib/panels/storyboard.ts'

/** A storyboard drawn in the browser by the same rules as on the server. Fills its box, keeping its shape. */
export const StoryboardPicture = memo(function StoryboardPicture({
  blueprint,
  seed,
  className,
}: {
  blueprint: Blueprint
  seed: number
  className?: string | undefined
}) {
  const markup = useMemo(() => storyboardSvg(storyboard(blueprint, seed)), [blueprint, seed])
  return <Drawn markup={markup} className={className} />
})

/** SVG markup made by our own drawing code, which escapes every text it is given. */
export function Drawn({ markup, className }: { markup: string; className?: string | undefined }) {
  return (
    <div
      className={cn(
        'overflow-hidden rounded-sm border bg-sunken [&>svg]:block [&>svg]:h-auto [&>svg]:w-full',
        className,
      )}
      dangerouslySetInnerHTML={{ __html: markup }}
    />
  )
}
