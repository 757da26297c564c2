'use client'
import { cn } from './cn.ts'
import { keyLabels } from './key-labels.ts'
import { useIsMac } from './use-is-mac.ts'

/** A shortcut drawn as keys, with the labels of the person's machine. */
export function Kbd({ keys, quiet }: { keys: string; quiet?: boolean | undefined }) {
  const mac = useIsMac()
  return (
    <span className="inline-flex items-center gap-0.5">
      {keyLabels(keys, mac).map((label) => (
        <kbd
          key={label}
          className={cn(
            'min-w-5 rounded-sm border px-1 text-center font-sans text-micro',
            quiet ? 'border-current/40 text-current' : 'border-control bg-raised text-ink-soft',
          )}
        >
          {label}
        </kbd>
      ))}
    </span>
  )
}
