'use client'
import { Component, type ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { ErrorState } from './error-state.tsx'
import { notify } from './toast.tsx'

interface Props {
  /** Which part it guards, in words: "The writer". */
  name: string
  /** Leaves its place empty and says it once in a notice: for parts that are small or invisible. */
  quiet?: boolean | undefined
  children: ReactNode
}

interface State {
  message: string | null
}

/** Keeps a broken panel to itself: the rest of the page goes on, and the person can start the panel again. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { message: null }

  static getDerivedStateFromError(cause: unknown): State {
    return { message: cause instanceof Error ? cause.message : String(cause) }
  }

  override componentDidCatch(cause: Error) {
    if (this.props.quiet) notify.problem(messages.ui.panelBroke(this.props.name), { description: cause.message })
  }

  override render() {
    if (this.state.message === null) return this.props.children
    if (this.props.quiet) return null
    return (
      <ErrorState
        title={messages.ui.panelBroke(this.props.name)}
        detail={this.state.message}
        onRetry={() => this.setState({ message: null })}
      />
    )
  }
}
