import { Mark } from '@tiptap/core'
import { messages } from '#components/messages/messages.ts'

/** Text a model wrote: a quiet underline and the run it came from. Typing at its end is the person's own. */
export const AiMark = Mark.create({
  name: 'ai',
  inclusive: false,
  addAttributes: () => ({
    runId: {
      default: '',
      parseHTML: (element: HTMLElement) => element.getAttribute('data-ai-run') ?? '',
      renderHTML: ({ runId }: Record<string, unknown>) => ({ 'data-ai-run': String(runId) }),
    },
  }),
  parseHTML: () => [{ tag: 'span[data-ai-run]' }],
  renderHTML: ({ HTMLAttributes }) => [
    'span',
    { ...HTMLAttributes, class: 'prose-ai', title: messages.prose.aiText },
    0,
  ],
})
