'use client'
import { messages } from '#components/messages/messages.ts'
import { Dialog } from '#components/ui/dialog.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { chordsOf, COMMAND_GROUPS } from './command-registry.ts'
import { useCommands } from './shortcuts.ts'

/** Every shortcut that works right now, by group, straight from the registry that runs them. */
export function HelpSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const commands = useCommands().filter((command) => chordsOf(command).length > 0)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={messages.shell.help.title}
      description={messages.shell.help.note}
      size="lg"
    >
      <div className="gap-8 sm:columns-2">
        {COMMAND_GROUPS.map((group) => {
          const members = commands.filter((command) => command.group === group)
          if (members.length === 0) return null
          return (
            <section key={group} className="mb-4 break-inside-avoid">
              <h3 className="mb-1 text-small font-semibold text-ink-soft">{messages.shell.groups[group]}</h3>
              <dl>
                {members.map((command) => (
                  <div key={command.id} className="flex min-h-8 items-center justify-between gap-3 border-b">
                    <dt>{command.title}</dt>
                    <dd className="flex gap-2">
                      {chordsOf(command).map((chord) => (
                        <Kbd key={chord} keys={chord} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Dialog>
  )
}
