'use client'
import { Archive, ArchiveRestore, Crown, MoreHorizontal, Palette, Pencil, X } from 'lucide-react'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { BranchLine } from '#components/shell/branch-line.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { Dialog } from '#components/ui/dialog.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { branchFigures } from '#lib/story/queries.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Branch } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { HuePicker } from './hue-picker.tsx'
import { useBranchId } from './use-canvas-model.ts'
import type { GraphActions } from './use-graph-actions.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas.branches

interface Entry {
  readonly branch: Branch
  readonly level: number
}

/** The branches as a tree: line, words, scenes, fork, canon; stand on one, rename, recolour, archive, restore. */
export function BranchPanel({ actions, onHide }: { actions: GraphActions; onHide: () => void }) {
  const state = useStory((page) => page.shown)
  const present = useBranchId()
  const mayWrite = useMay('story.write')
  const { setBranch } = useViewActions()
  const [archived, setArchived] = useState(false)
  const [renaming, setRenaming] = useState<string | null>(null)
  const [recolouring, setRecolouring] = useState<Branch | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const canonId = storyOf(state)?.canonBranchId
  const figures = useMemo(() => branchFigures(state), [state])
  const all = useMemo(() => tree(state.branches), [state.branches])
  const hidden = all.filter(({ branch }) => branch.status !== 'active').length
  const entries = all.filter(({ branch }) => archived || branch.status === 'active' || branch.id === present)
  const stand = (id: string) => setBranch(id === canonId ? null : id)

  function handleKeyDown(event: KeyboardEvent) {
    if (event.target instanceof HTMLInputElement) return
    const at = entries.findIndex(({ branch }) => branch.id === present)
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = entries[at + step]
    if (step === 0 || !next) return
    event.preventDefault()
    stand(next.branch.id)
    // The line that becomes the present one takes the focus with the next frame.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus())
  }

  return (
    <aside
      aria-label={words.title}
      className="z-10 flex w-72 shrink-0 flex-col border-r bg-paper max-sm:absolute max-sm:inset-y-0 max-sm:left-0 max-sm:w-[86%]"
    >
      <header className="flex items-center justify-between border-b py-1 pr-1 pl-4">
        <h2 className="text-small font-semibold text-ink-soft">{words.title}</h2>
        <IconButton icon={<X />} label={words.hide} onClick={onHide} />
      </header>
      <ul
        ref={list}
        role="tree"
        aria-label={words.tree}
        onKeyDown={handleKeyDown}
        className="min-h-0 flex-1 overflow-y-auto py-1"
      >
        {entries.map(({ branch, level }) => {
          const count = figures.get(branch.id)
          const fork = branch.forkSceneId
            ? words.forksAt(titleOf(state.scenes.get(branch.forkSceneId)))
            : words.forksBefore
          return (
            <li
              key={branch.id}
              role="treeitem"
              aria-level={level}
              aria-selected={branch.id === present}
              tabIndex={branch.id === present ? 0 : -1}
              onClick={() => stand(branch.id)}
              onDoubleClick={mayWrite ? () => setRenaming(branch.id) : undefined}
              className={cn(
                'flex cursor-default items-center gap-2 py-1.5 pr-1 focus-visible:-outline-offset-2',
                branch.id === present ? 'bg-wash' : 'hover:bg-hover',
                branch.status !== 'active' && 'text-ink-faint',
              )}
              style={{ paddingLeft: 16 + (level - 1) * 16 }}
            >
              <BranchLine colour={branch.colour} className="w-6 shrink-0" />
              <div className="min-w-0 flex-1">
                {renaming === branch.id ? (
                  <NameField
                    name={branch.name}
                    onDone={(name) => {
                      if (name) actions.send({ type: 'UpdateBranch', branchId: branch.id, fields: { name } })
                      setRenaming(null)
                    }}
                  />
                ) : (
                  <div className="flex items-center gap-1.5">
                    <span className="truncate font-medium">{branch.name}</span>
                    {branch.id === canonId ? <Badge tone="madder">{words.canon}</Badge> : null}
                    {branch.status === 'archived' ? <Badge>{words.archived}</Badge> : null}
                  </div>
                )}
                <div className="truncate text-small text-ink-soft">
                  {words.figures(count?.scenes ?? 0, count?.words ?? 0)}
                </div>
                {branch.parentId ? <div className="truncate text-small text-ink-faint">{fork}</div> : null}
              </div>
              {mayWrite ? (
                <BranchMenu
                  branch={branch}
                  canon={branch.id === canonId}
                  actions={actions}
                  onRename={() => setRenaming(branch.id)}
                  onRecolour={() => setRecolouring(branch)}
                />
              ) : null}
            </li>
          )
        })}
      </ul>
      {hidden > 0 ? (
        <footer className="border-t p-2">
          <Button size="sm" variant="ghost" onClick={() => setArchived((on) => !on)}>
            {archived ? words.hideArchived : words.showArchived(hidden)}
          </Button>
        </footer>
      ) : null}
      {recolouring ? (
        <Dialog
          open
          size="sm"
          title={recolouring.name}
          onOpenChange={(open) => (open ? undefined : setRecolouring(null))}
        >
          <HuePicker
            label={words.recolour}
            value={state.branches.get(recolouring.id)?.colour ?? recolouring.colour}
            onChange={(colour) => actions.send({ type: 'UpdateBranch', branchId: recolouring.id, fields: { colour } })}
          />
        </Dialog>
      ) : null}
    </aside>
  )
}

interface BranchMenuProps {
  readonly branch: Branch
  readonly canon: boolean
  readonly actions: GraphActions
  readonly onRename: () => void
  readonly onRecolour: () => void
}

function BranchMenu({ branch, canon, actions, onRename, onRecolour }: BranchMenuProps) {
  return (
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      <Menu
        align="end"
        trigger={<IconButton icon={<MoreHorizontal />} label={words.actionsOf(branch.name)} size="icon-sm" />}
      >
        <MenuItem icon={<Pencil />} onSelect={onRename}>
          {words.rename}
        </MenuItem>
        <MenuItem icon={<Palette />} onSelect={onRecolour}>
          {words.recolour}
        </MenuItem>
        {canon || branch.status !== 'active' ? null : (
          <MenuItem
            icon={<Crown />}
            onSelect={() => actions.send({ type: 'UpdateStory', fields: { canonBranchId: branch.id } })}
          >
            {words.makeCanon}
          </MenuItem>
        )}
        {branch.status === 'active' ? (
          <MenuItem
            icon={<Archive />}
            disabled={canon}
            hint={canon ? messages.canvas.refusals['canon-branch'] : undefined}
            onSelect={() => actions.send({ type: 'ArchiveBranch', branchId: branch.id })}
          >
            {words.archive}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<ArchiveRestore />}
            onSelect={() => actions.send({ type: 'RestoreBranch', branchId: branch.id })}
          >
            {words.restore}
          </MenuItem>
        )}
      </Menu>
    </span>
  )
}

function NameField({ name, onDone }: { name: string; onDone: (name: string | null) => void }) {
  const cancelled = useRef(false)
  return (
    <Input
      autoFocus
      defaultValue={name}
      maxLength={120}
      aria-label={words.nameField}
      onClick={(event) => event.stopPropagation()}
      onBlur={(event) => {
        const value = event.currentTarget.value.trim()
        onDone(cancelled.current || value === '' || value === name ? null : value)
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') {
          cancelled.current = true
          event.currentTarget.blur()
        }
      }}
    />
  )
}

/** Branches after their parents, with their depth from 1. */
function tree(branches: ReadonlyMap<string, Branch>): readonly Entry[] {
  const children = new Map<string | null, Branch[]>()
  for (const branch of branches.values()) {
    if (branch.kind === 'scratch') continue
    const parent = branch.parentId && branches.has(branch.parentId) ? branch.parentId : null
    children.set(parent, [...(children.get(parent) ?? []), branch])
  }
  const entries: Entry[] = []
  const walk = (parent: string | null, level: number) => {
    for (const branch of children.get(parent) ?? []) {
      entries.push({ branch, level })
      walk(branch.id, level + 1)
    }
  }
  walk(null, 1)
  return entries
}
