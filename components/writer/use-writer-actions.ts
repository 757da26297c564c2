'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { messages } from '#components/messages/messages.ts'
import { editorOf, insertAiText, onEditors } from '#components/prose/editor-api.ts'
import { notify } from '#components/ui/toast.tsx'
import { newId } from '#lib/client/ids.ts'
import { decideItem, decideRun, startRun, stopRun } from '#lib/client/writer.ts'
import type { Verdict } from '#lib/client/writer.ts'
import type { Ask, RunItem, RunView } from '#lib/writer/run.ts'
import { putRun } from './use-writer.ts'

const words = messages.writer

function sayWhy(problem: Error): void {
  notify.problem(words.failed, { description: problem.message, id: 'writer-problem' })
}

/** What a person does with pending text. */
export type Take = 'discard' | 'as-is' | { readonly edited: string }

function isOnPage(sceneId: string): boolean {
  return editorOf(sceneId)?.isEditable ?? false
}

/** Puts the caret at the end of a scene's open text, where a continuation belongs. */
export function caretToEnd(sceneId: string): void {
  const editor = editorOf(sceneId)
  editor?.commands.setTextSelection(editor.state.doc.content.size)
}

function verdictOf(run: RunView, take: Take): Verdict {
  if (take === 'discard') return { verdict: 'discarded' }
  const insert = isOnPage(run.sceneId) ? 'editor' : 'server'
  return take === 'as-is' ? { verdict: 'accepted', insert } : { verdict: 'edited', insert, text: take.edited }
}

/** Whether a scene's text is open on this page. */
export function useSceneOnPage(sceneId: string): boolean {
  return useSyncExternalStore(
    onEditors,
    () => isOnPage(sceneId),
    () => false,
  )
}

/** Start, stop and decide; each answer goes into the list at once. */
export function useWriterActions(storyId: string) {
  const queries = useQueryClient()
  const onSuccess = (run: RunView): void => {
    putRun(queries, run)
    if (run.state !== 'running') void queries.invalidateQueries({ queryKey: ['writer', 'usage'] })
  }
  const start = useMutation({
    mutationFn: (ask: Ask) => startRun(storyId, ask, newId('command')),
    onSuccess,
    onError: sayWhy,
  })
  const stop = useMutation({ mutationFn: stopRun, onSuccess, onError: sayWhy })
  const decide = useMutation({
    mutationFn: ({ run, take }: { run: RunView; take: Take }) => decideRun(run, verdictOf(run, take)),
    onSuccess: (decided, { run, take }) => {
      onSuccess(decided)
      if (take === 'discard') return
      const text = take === 'as-is' ? decided.text : take.edited
      // The decision is won already; only the page that asked puts the text in, as one step its undo knows.
      if (!isOnPage(run.sceneId)) return notify.done(words.taken)
      // A draft taken from the list has no slot of its own, and the caret may stand anywhere.
      caretToEnd(run.sceneId)
      if (insertAiText(run.sceneId, text, run.id)) notify.done(words.taken)
      else notify.problem(words.notInserted)
    },
    onError: sayWhy,
  })
  const item = useMutation({
    mutationFn: (change: { run: RunView; ordinal: number; state: RunItem['state'] }) =>
      decideItem(change.run, change.ordinal, change.state),
    onSuccess,
    onError: sayWhy,
  })
  return { start, stop, decide, item }
}
