'use client'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ApiProblem } from '#lib/client/api.ts'
import { CutThreadDrawing } from './drawings.tsx'
import { EmptyState } from './empty-state.tsx'
import { ErrorState } from './error-state.tsx'
import { SkeletonLines } from './skeleton.tsx'

export interface QueryStateProps<T> {
  query: UseQueryResult<T>
  /** Height of the waiting bars in lines, or an own skeleton. */
  lines?: number
  skeleton?: ReactNode
  children: (data: T) => ReactNode
}

/** Draws one server read in each of its states: waiting, failed, offline, there. What is there stays while it is renewed. */
export function QueryState<T>({ query, lines = 4, skeleton, children }: QueryStateProps<T>) {
  if (query.data !== undefined) return children(query.data)
  // A read asked for without a network waits for it.
  if (query.fetchStatus === 'paused') return <Offline />
  if (query.isError) return <ProblemState problem={query.error} onRetry={() => void query.refetch()} />
  return skeleton ?? <SkeletonLines lines={lines} />
}

/** A failed request in words, with its request id; offline has its own drawing. */
export function ProblemState({ problem, onRetry }: { problem: Error; onRetry?: (() => void) | undefined }) {
  if (problem instanceof ApiProblem && problem.code === 'offline') return <Offline />
  const requestId = problem instanceof ApiProblem ? (problem.requestId ?? undefined) : undefined
  const title = problem instanceof ApiProblem ? problem.title : undefined
  return <ErrorState title={title} detail={problem.message} requestId={requestId} onRetry={onRetry} />
}

function Offline() {
  return (
    <EmptyState drawing={<CutThreadDrawing />} title={messages.ui.offlineTitle}>
      {messages.ui.offlineDetail}
    </EmptyState>
  )
}
