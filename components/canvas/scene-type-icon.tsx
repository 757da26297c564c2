import {
  BookOpen,
  Combine,
  Flag,
  Group,
  Library,
  MessageSquare,
  Milestone,
  Sparkle,
  StickyNote,
  TextQuote,
  type LucideIcon,
} from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import type { SceneType } from '#lib/story/state.ts'

const ICONS: Readonly<Record<SceneType, LucideIcon>> = {
  chapter: BookOpen,
  scene: TextQuote,
  beat: Sparkle,
  dialogue: MessageSquare,
  volume: Library,
  hub: Milestone,
  ending: Flag,
  convergence: Combine,
  group: Group,
  note: StickyNote,
}

/** The sign of a scene's type. With `named` it says the type; otherwise words stand beside it. */
export function SceneTypeIcon({ type, named, className }: { type: SceneType; named?: boolean; className?: string }) {
  const Icon = ICONS[type]
  return named ? (
    <Icon role="img" aria-label={messages.canvas.types[type]} className={className ?? 'size-4'} />
  ) : (
    <Icon aria-hidden className={className ?? 'size-4'} />
  )
}
