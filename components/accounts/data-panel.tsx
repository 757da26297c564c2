'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { saveFile } from '#lib/client/save-file.ts'
import { notify } from '#components/ui/toast.tsx'
import { deleteMe, readMyData, type SessionUser } from '#lib/client/accounts.ts'
import { ApiProblem } from '#lib/client/api.ts'
import { forgetProse } from '#lib/client/prose-sessions.ts'
import { PasswordInput } from './password-input.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'

const words = messages.accounts.data

/** What the program keeps about the person: to take along, and to erase. */
export function DataPanel({ user }: { user: SessionUser }) {
  const download = useMutation({
    mutationFn: readMyData,
    onSuccess: (file) => saveFile(file, file.type.includes('zip') ? 'my-data.zip' : 'my-data.json'),
    onError: (problem) => notify.problem(problem.message),
  })
  return (
    <Panel title={words.title}>
      <p className="text-ink-soft">{words.note}</p>
      <Button
        className="self-start"
        icon={<Download aria-hidden />}
        busy={download.isPending}
        onClick={() => download.mutate()}
      >
        {words.download}
      </Button>
      <h3 className="mt-3 border-t pt-4 font-medium">{words.deleteTitle}</h3>
      <p className="text-ink-soft">{user.owner ? words.ownerNote : words.deleteNote}</p>
      {user.owner ? null : <DeleteMe user={user} />}
    </Panel>
  )
}

const blocking = z.object({ stories: z.array(z.object({ id: z.string(), title: z.string() })) })

function DeleteMe({ user }: { user: SessionUser }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [password, setPassword] = useState('')
  const gone = useMutation({
    mutationFn: async () => {
      await deleteMe(password)
      await forgetProse(user.id)
    },
    onSuccess: () => {
      queries.clear()
      // A whole load, so that nothing of the account stays in this page's memory.
      window.location.assign('/sign-in')
    },
  })
  const blocked = gone.error instanceof ApiProblem ? blocking.safeParse(gone.error.problem).data?.stories : undefined

  function handleOpen(open: boolean) {
    setAsking(open)
    setPassword('')
    if (open) gone.reset()
  }

  return (
    <>
      <Button variant="danger" className="self-start" onClick={() => handleOpen(true)}>
        {words.delete}
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={handleOpen}
        title={words.askTitle}
        description={words.askText}
        confirmLabel={words.delete}
        danger
        busy={gone.isPending}
        onConfirm={() => gone.mutate()}
      >
        <Field label={words.password} error={fieldProblem(gone.error, 'password')}>
          <PasswordInput required autoComplete="current-password" value={password} onChange={setPassword} />
        </Field>
        {gone.error && !fieldProblem(gone.error, 'password') ? (
          <Notice tone="danger" live>
            {blocked ? words.blocked : formProblem(gone.error)}
            {blocked ? (
              <ul className="mt-1 list-disc pl-5">
                {blocked.map((story) => (
                  <li key={story.id}>
                    <Link
                      href={`/stories/${story.id}`}
                      aria-label={words.openStory(story.title)}
                      className="text-madder underline underline-offset-4"
                    >
                      {story.title}
                    </Link>
                  </li>
                ))}
              </ul>
            ) : null}
          </Notice>
        ) : null}
      </AlertDialog>
    </>
  )
}
