import { branchHue, branchVar } from '#components/ui/tokens.ts'

/** A short piece of a branch's line: its colour and its pattern, so that colour is never the only sign. */
export function BranchLine({ colour, className = 'w-6' }: { colour: number; className?: string }) {
  return (
    <svg viewBox="0 0 24 8" aria-hidden className={className}>
      <path
        d="M1 4h22"
        stroke={branchVar(colour)}
        strokeWidth="3"
        strokeLinecap="butt"
        strokeDasharray={branchHue(colour).dash}
      />
    </svg>
  )
}
