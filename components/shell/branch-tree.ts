import type { Branch } from '#lib/story/state.ts'

export interface BranchEntry {
  readonly branch: Branch
  /** Steps below the first branch. */
  readonly depth: number
}

/** Branches to stand on, each after its parent: active ones, and the present one whatever its state. */
export function branchEntries(branches: ReadonlyMap<string, Branch>, present: string): readonly BranchEntry[] {
  const children = new Map<string | null, Branch[]>()
  for (const branch of branches.values()) {
    const parent = branch.parentId !== null && branches.has(branch.parentId) ? branch.parentId : null
    const siblings = children.get(parent)
    if (siblings) siblings.push(branch)
    else children.set(parent, [branch])
  }
  const entries: BranchEntry[] = []
  const walk = (parent: string | null, depth: number) => {
    for (const branch of children.get(parent) ?? []) {
      const shown = branch.id === present || (branch.status === 'active' && branch.kind !== 'scratch')
      if (shown) entries.push({ branch, depth })
      walk(branch.id, shown ? depth + 1 : depth)
    }
  }
  walk(null, 0)
  return entries
}
