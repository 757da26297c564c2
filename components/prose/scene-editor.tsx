'use client'
import type { Editor } from '@tiptap/react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useSession } from '#components/accounts/session.ts'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { cn } from '#components/ui/cn.ts'
import { ApiProblem } from '#lib/client/api.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { InheritedNotice } from './inherited-notice.tsx'
import { ProseToolbar } from './prose-toolbar.tsx'
import { SaveLine } from './save-line.tsx'
import { PeopleHere, WordCount } from './text-facts.tsx'
import { TextEnded } from './text-ended.tsx'
import { useCurrentBranch } from './use-branch-scenes.ts'
import { type OpenedProse, useProse } from './use-prose.ts'

const words = messages.prose

/** In the browser only: the server that draws pages must not hold a second Yjs. */
const ProseSurface = dynamic(() => import('./prose-surface.tsx').then((module) => module.ProseSurface), { ssr: false })

interface SceneEditorProps {
  readonly scene: Scene
  /** Brings its own toolbar: where it stands alone, beside the graph. */
  readonly withToolbar?: boolean | undefined
  readonly onEditor?: ((editor: Editor | null) => void) | undefined
  readonly onFocus?: (() => void) | undefined
  readonly className?: string | undefined
}

/** The text of one scene, live: editor, save line, words, who else is here, and every state it can be in. */
export function SceneEditor({ scene, withToolbar = false, onEditor, onFocus, className }: SceneEditorProps) {
  const session = useSession()
  const user = session.data?.user
  if (!user) return <SkeletonLines />
  // A new scene is a new text: nothing of the one before may stay.
  return (
    <OpenScene
      key={`${user.id}:${scene.id}`}
      scene={scene}
      user={user}
      withToolbar={withToolbar}
      onEditor={onEditor}
      onFocus={onFocus}
      className={className}
    />
  )
}

function OpenScene(props: SceneEditorProps & { readonly user: { readonly id: string; readonly name: string } }) {
  const { scene, user, withToolbar, onEditor, onFocus, className } = props
  const storyId = useStory((page) => page.storyId)
  const branch = useCurrentBranch()
  const opened = useProse(storyId, scene.id, user.id)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [announce] = useState(() => (next: Editor | null) => {
    setEditor(next)
    onEditor?.(next)
  })
  const { session, state } = opened
  // Of the page and not of the ticket: a change of role takes hold while the text is open.
  const mayWrite = useMay('story.write')
  const inherited = branch !== null && scene.branchId !== branch.id
  const editable = !inherited && mayWrite && state.connection !== 'ended'
  const readOnly = inherited || !mayWrite
  return (
    <div data-text-region className={cn('flex min-w-0 flex-col', className)}>
      {inherited ? <InheritedNotice scene={scene} branch={branch} /> : null}
      {withToolbar && !readOnly ? (
        <div className="sticky top-0 z-10 mb-3 flex border-b bg-paper py-1">
          <ProseToolbar editor={editor} />
        </div>
      ) : null}
      <Trouble opened={opened} scene={scene} />
      {session && state.ready ? (
        <ProseSurface
          session={session}
          sceneId={scene.id}
          title={scene.title}
          userName={user.name}
          editable={editable}
          onEditor={announce}
          onFocus={onFocus}
        />
      ) : opened.failure || state.connection === 'ended' ? null : (
        <Waiting offline={state.connection === 'offline'} />
      )}
      {session ? (
        <footer className="mt-3 flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1">
          <SaveLine state={state} readOnly={readOnly} />
          <WordCount editor={editor} stored={scene.words} />
          <PeopleHere session={session} />
        </footer>
      ) : null}
    </div>
  )
}

function Waiting({ offline }: { offline: boolean }) {
  if (offline) return <Notice title={words.offline}>{words.notOpenedHere}</Notice>
  return <SkeletonLines lines={5} className="px-0" />
}

function Trouble({ opened, scene }: { opened: OpenedProse; scene: Scene }) {
  const { state, failure } = opened
  if (failure) {
    const problem = failure instanceof ApiProblem ? failure : null
    if (problem?.status === 0) {
      return (
        <Notice tone="warn" live title={words.offline} className="mb-3">
          {words.notOpenedHere}
        </Notice>
      )
    }
    return (
      <ErrorState
        title={words.openFailed}
        detail={problem?.detail}
        safe={words.openFailedSafe}
        requestId={problem?.requestId ?? undefined}
        onRetry={opened.retry}
      />
    )
  }
  if (state.connection !== 'ended') return null
  return (
    <div className="mb-3">
      <TextEnded
        code={state.endCode ?? 0}
        sceneId={scene.id}
        title={scene.title}
        onRetry={opened.retry}
        onReopen={opened.reopen}
      />
    </div>
  )
}
