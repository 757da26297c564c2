'use client'
import type { Editor } from '@tiptap/react'
import { memo, useEffect, useRef, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStoryActions } from '#stores/story.ts'
import { SceneEditor } from './scene-editor.tsx'

const words = messages.prose
/** Words in a line of the manuscript, and px of a line and of a scene's frame: a guess that keeps the scroll bar still. */
const WORDS_A_LINE = 11
const LINE_PX = 31
const FRAME_PX = 140

interface SceneSectionProps {
  readonly scene: Scene
  /** Belongs to the branch one stands on, and may be changed. */
  readonly own: boolean
  /** The scene one is in. */
  readonly current: boolean
  /** Its text is opened whether it is in sight or not. */
  readonly wanted: boolean
  readonly onActive: (sceneId: string, editor: Editor | null) => void
}

/** One scene on the long page. Its text is opened only near the window, so a branch of any length stays quick. */
export const SceneSection = memo(function SceneSection({ scene, own, current, wanted, onActive }: SceneSectionProps) {
  const root = useRef<HTMLElement>(null)
  const editor = useRef<Editor | null>(null)
  const [near, setNear] = useState(false)
  const [height, setHeight] = useState(() => FRAME_PX + (Math.ceil(scene.words / WORDS_A_LINE) + 1) * LINE_PX)
  // Syncs "near the window" with the scroll position; remembers the height when the text is put away.
  useEffect(() => {
    const element = root.current
    if (!element) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return
        if (!entry.isIntersecting && entry.boundingClientRect.height > 0) setHeight(entry.boundingClientRect.height)
        setNear(entry.isIntersecting)
      },
      { root: element.closest('[data-prose-scroll]'), rootMargin: '700px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const [keep] = useState(() => (next: Editor | null) => {
    editor.current = next
  })
  const open = near || wanted
  return (
    <section
      ref={root}
      id={`scene-${scene.id}`}
      aria-label={scene.title || words.untitled}
      data-current={current ? '' : undefined}
      className="prose-scene scroll-mt-4 border-b py-8 transition-opacity last:border-b-0"
      style={open ? undefined : { minHeight: height }}
    >
      <SceneTitle scene={scene} own={own} />
      {open ? (
        <SceneEditor scene={scene} onEditor={keep} onFocus={() => onActive(scene.id, editor.current)} />
      ) : (
        <p className="text-small text-ink-faint">{words.words(scene.words)}</p>
      )}
    </section>
  )
})

/** The title as part of the page; saves alone when left. */
function SceneTitle({ scene, own }: { scene: Scene; own: boolean }) {
  const { send } = useStoryActions()
  /** What is being typed; somebody else's title meanwhile shows only once it is left. */
  const [typed, setTyped] = useState<string | null>(null)
  const cancelled = useRef(false)
  if (!own)
    return <h2 className="mb-2 font-serif text-title font-medium text-ink-soft">{scene.title || words.untitled}</h2>
  function handleBlur() {
    const next = typed?.trim().slice(0, 200)
    if (next !== undefined && !cancelled.current && next !== scene.title)
      send({ type: 'UpdateScene', sceneId: scene.id, fields: { title: next } })
    cancelled.current = false
    setTyped(null)
  }
  return (
    <input
      value={typed ?? scene.title}
      aria-label={words.sceneTitle}
      placeholder={words.untitled}
      maxLength={200}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={handleBlur}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') {
          cancelled.current = true
          event.currentTarget.blur()
        }
      }}
      className={cn('mb-2 w-full rounded-sm bg-transparent font-serif text-title font-medium outline-offset-4')}
    />
  )
}
