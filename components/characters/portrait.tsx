'use client'
import { useMemo } from 'react'
import { messages } from '#components/messages/messages.ts'
import { StoryboardPicture } from '#components/panels/picture.tsx'
import type { CharacterId, PanelId, SceneId } from '#lib/kernel/ids.ts'
import { blueprintOf } from '#lib/panels/blueprint.ts'
import type { CastMember, Expression, Shot } from '#lib/panels/script.ts'

/** A character drawn by rules from their words; redraws as the words change. */
export function Portrait({
  member,
  shot,
  expression = 'neutral',
  className,
}: {
  member: CastMember
  shot: Shot
  expression?: Expression
  className?: string | undefined
}) {
  const blueprint = useMemo(() => {
    const script = {
      id: `portrait_${shot}` as PanelId,
      sceneId: 'portrait' as SceneId,
      beat: '',
      source: null,
      shot,
      angle: 'eye' as const,
      setting: 'none' as const,
      light: 'day' as const,
      figures: [
        {
          characterId: member.id as CharacterId,
          action: 'relax' as const,
          expression,
          side: 'centre' as const,
          facing: 'right' as const,
          prop: '',
        },
      ],
      lines: [],
      altText: messages.characters.portrait(member.name),
      weight: 3,
      turn: false,
    }
    return blueprintOf(script, [member], shot === 'close' ? 1 : 0.7)
  }, [member, shot, expression])
  return <StoryboardPicture blueprint={blueprint} seed={1} className={className} />
}
