'use client'
import { ChevronDown } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Menu, MenuChoice } from '#components/ui/menu.tsx'
import { branchVar } from '#components/ui/tokens.ts'
import { type Branch, storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { BranchLine } from './branch-line.tsx'
import { branchEntries } from './branch-tree.ts'
import { usePaletteSource } from './palette-sources.ts'

const words = messages.shell.header

/** The branch one stands on: the view's, or canon. */
export function usePresentBranch(): Branch | undefined {
  const wanted = useView((view) => view.branchId)
  return useStory(({ shown }) => shown.branches.get(wanted ?? storyOf(shown)?.canonBranchId ?? ''))
}

/** Says on which branch one stands, in its colour, and changes it for all places. */
export function BranchSwitcher() {
  const branches = useStory((page) => page.shown.branches)
  const canonId = useStory((page) => storyOf(page.shown)?.canonBranchId)
  const present = usePresentBranch()
  const { setBranch } = useViewActions()
  const entries = present ? branchEntries(branches, present.id) : []
  const choose = (id: string) => setBranch(id === canonId ? null : id)

  usePaletteSource({
    id: 'branches',
    title: messages.shell.palette.branches,
    of: branches,
    read: () =>
      entries.map(({ branch }) => ({
        id: `branch:${branch.id}`,
        title: branch.name,
        hint: branch.kind,
        icon: <BranchLine colour={branch.colour} />,
        run: () => choose(branch.id),
      })),
  })

  if (!present) return null
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={words.switchBranch(present.name)}
          style={{ borderColor: branchVar(present.colour) }}
          className="flex h-8 max-w-56 min-w-11 shrink-0 items-center justify-center gap-2 rounded-md border bg-raised px-2 transition-colors hover:bg-hover touch:h-11"
        >
          <BranchLine colour={present.colour} className="w-6 shrink-0" />
          <span className="hidden truncate font-medium sm:inline">{present.name}</span>
          <ChevronDown aria-hidden className="hidden size-3.5 shrink-0 text-ink-faint sm:block" />
        </button>
      }
    >
      <MenuChoice
        label={words.branch}
        value={present.id}
        onChange={choose}
        options={entries.map(({ branch, depth }) => ({
          value: branch.id as string,
          icon: (
            <span style={{ marginLeft: depth * 12 }} className="inline-flex">
              <BranchLine colour={branch.colour} />
            </span>
          ),
          label: (
            <span className="flex items-center gap-2">
              {branch.name}
              {branch.id === canonId ? <Badge>{words.canon}</Badge> : null}
              {branch.kind !== 'timeline' ? <Badge>{branch.kind}</Badge> : null}
              {branch.status !== 'active' ? <Badge tone="warn">{branch.status}</Badge> : null}
            </span>
          ),
        }))}
      />
    </Menu>
  )
}
