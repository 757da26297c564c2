'use client'
import { Toaster as Sonner, toast } from 'sonner'
import { messages } from '#components/messages/messages.ts'

export interface NotifyOptions {
  description?: string | undefined
  action?: { label: string; run: () => void } | undefined
  /** Milliseconds on screen; errors stay until dismissed. */
  durationMs?: number | undefined
  /** The same id replaces the earlier notice instead of stacking. */
  id?: string | undefined
}

function optionsOf(options: NotifyOptions, defaultMs: number) {
  return {
    duration: options.durationMs ?? defaultMs,
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.action === undefined ? {} : { action: { label: options.action.label, onClick: options.action.run } }),
  }
}

/** Short notices at the foot of the window. `info` and `done` leave after 6 s, `problem` stays until dismissed. */
export const notify = {
  info: (text: string, options: NotifyOptions = {}) => toast(text, optionsOf(options, 6000)),
  done: (text: string, options: NotifyOptions = {}) => toast.success(text, optionsOf(options, 6000)),
  problem: (text: string, options: NotifyOptions = {}) => toast.error(text, optionsOf(options, Infinity)),
}

/** The place where notices appear; mounted once by the providers. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-center"
      closeButton
      containerAriaLabel={messages.ui.notifications}
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: messages.ui.dismiss,
        classNames: {
          toast:
            'flex w-[min(420px,calc(100vw-24px))] items-center gap-3 rounded-md border border-control bg-raised px-4 py-3 pr-9 font-sans text-ui text-ink',
          content: 'min-w-0 flex-1',
          title: 'font-medium',
          description: 'text-ink-soft text-small',
          icon: 'text-ink-faint',
          success: '[&_[data-icon]]:text-ok',
          error: 'border-danger [&_[data-icon]]:text-danger',
          actionButton: 'shrink-0 rounded-sm px-2 py-1 font-medium text-madder hover:bg-hover',
          closeButton: 'absolute top-2 right-2 text-ink-faint hover:text-ink [&_svg]:size-4',
        },
      }}
    />
  )
}
