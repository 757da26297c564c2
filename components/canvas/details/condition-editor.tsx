'use client'
import { FolderPlus, Plus, Slash, Trash2 } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import type { Condition } from '#lib/story/logic.ts'
import type { Variable } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { titleOf } from '../use-graph-actions.ts'
import { lineFor, newCondition } from './logic-drafts.ts'
import { SavedField } from './saved-field.tsx'
import { ValueField } from './value-field.tsx'

const words = messages.canvas.logic
const NUMBER_COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const
const PLAIN_COMPARISONS = ['eq', 'ne'] as const
/** How deep groups may lie in one another; the stored form allows 8. */
const DEEPEST = 4

interface EditorProps {
  readonly condition: Condition
  /** Null takes the whole condition away. */
  readonly onChange: (condition: Condition | null) => void
  readonly depth?: number
}

/** A condition as blocks: lines joined by all or any, turned round by not. Never code. */
export function ConditionEditor({ condition, onChange, depth = 0 }: EditorProps) {
  if (condition.op === 'and' || condition.op === 'or')
    return <Joined condition={condition} onChange={onChange} depth={depth} />
  if (condition.op === 'not') {
    return (
      <div className="flex flex-col gap-2 rounded-md border border-dashed p-2">
        <div className="flex items-center justify-between">
          <span className="font-medium">{words.not}</span>
          <IconButton
            edits
            icon={<Slash />}
            size="icon-sm"
            label={words.negate}
            onClick={() => onChange(condition.item)}
          />
        </div>
        <ConditionEditor
          condition={condition.item}
          depth={depth}
          onChange={(item) => onChange(item ? { op: 'not', item } : null)}
        />
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-2">
      <Line condition={condition as LineCondition} onChange={onChange} depth={depth} />
      {depth === 0 ? (
        <AddButtons onAdd={(item) => onChange({ op: 'and', items: [condition, item] })} depth={0} />
      ) : null}
    </div>
  )
}

type JoinedCondition = Extract<Condition, { op: 'and' | 'or' }>

function Joined({
  condition,
  onChange,
  depth,
}: {
  condition: JoinedCondition
  onChange: EditorProps['onChange']
  depth: number
}) {
  const { op, items } = condition
  function replace(at: number, item: Condition | null) {
    const next = item
      ? items.map((old, index) => (index === at ? item : old))
      : items.filter((_, index) => index !== at)
    const [only] = next
    onChange(next.length === 0 ? null : next.length === 1 && only ? only : { op, items: next })
  }
  return (
    <div className="flex flex-col gap-2 rounded-md border p-2">
      <div className="flex items-center gap-1">
        <Select
          label={words.join}
          value={op}
          onChange={(next) => onChange({ op: next, items })}
          options={[
            { value: 'and', label: words.all },
            { value: 'or', label: words.any },
          ]}
        />
        <IconButton
          edits
          icon={<Slash />}
          size="icon-sm"
          label={words.negate}
          onClick={() => onChange({ op: 'not', item: condition })}
        />
      </div>
      {items.map((item, at) => (
        <ConditionEditor key={at} condition={item} depth={depth + 1} onChange={(next) => replace(at, next)} />
      ))}
      <AddButtons onAdd={(item) => onChange({ op, items: [...items, item] })} depth={depth} />
    </div>
  )
}

function AddButtons({ onAdd, depth }: { onAdd: (item: Condition) => void; depth: number }) {
  const state = useStory((page) => page.shown)
  const first = () => newCondition([...state.variables.values()], state.scenes.keys().next().value ?? '')
  return (
    <div className="flex flex-wrap gap-1">
      <Button edits size="sm" variant="ghost" icon={<Plus />} onClick={() => onAdd(first())}>
        {words.addLine}
      </Button>
      {depth < DEEPEST ? (
        <Button
          edits
          size="sm"
          variant="ghost"
          icon={<FolderPlus />}
          onClick={() => onAdd({ op: 'or', items: [first(), first()] })}
        >
          {words.addGroup}
        </Button>
      ) : null}
    </div>
  )
}

type LineCondition = Exclude<Condition, { op: 'and' | 'or' | 'not' }>
const VISITS = 'visits'

function Line({
  condition,
  onChange,
  depth,
}: {
  condition: LineCondition
  onChange: EditorProps['onChange']
  depth: number
}) {
  const state = useStory((page) => page.shown)
  const variables = [...state.variables.values()]
  const subject = condition.op === 'visited' ? VISITS : condition.variableId
  function choose(next: string) {
    const variable = state.variables.get(next)
    if (next === VISITS) onChange({ op: 'visited', sceneId: state.scenes.keys().next().value ?? '', atLeast: 1 })
    else if (variable) onChange(lineFor(variable))
  }
  return (
    <div className="flex flex-col gap-1 rounded-md border p-2">
      <div className="flex items-center gap-1">
        <Select
          label={words.subject}
          value={subject}
          onChange={choose}
          options={[
            ...variables.map((variable) => ({ value: variable.id as string, label: variable.name })),
            { value: VISITS, label: words.visitedAny },
          ]}
        />
        {depth < DEEPEST ? (
          <IconButton
            edits
            icon={<Slash />}
            size="icon-sm"
            label={words.negate}
            onClick={() => onChange({ op: 'not', item: condition })}
          />
        ) : null}
        <IconButton edits icon={<Trash2 />} size="icon-sm" label={words.removeLine} onClick={() => onChange(null)} />
      </div>
      {condition.op === 'visited' ? (
        <Visits condition={condition} onChange={onChange} />
      ) : (
        <Compared condition={condition} variable={state.variables.get(condition.variableId)} onChange={onChange} />
      )}
    </div>
  )
}

interface ComparedProps {
  readonly condition: Extract<Condition, { op: 'compare' | 'has' }>
  readonly variable: Variable | undefined
  readonly onChange: EditorProps['onChange']
}

function Compared({ condition, variable, onChange }: ComparedProps) {
  if (!variable) return null
  if (condition.op === 'has') {
    return (
      <div className="flex items-center gap-2">
        <span className="shrink-0 text-ink-soft">{words.compare.has}</span>
        <div className="flex-1">
          <SavedField
            label={words.value}
            hideLabel
            value={condition.value}
            maxLength={200}
            onSave={(value) => onChange({ ...condition, value })}
          />
        </div>
      </div>
    )
  }
  const comparisons: readonly (typeof condition.by)[] =
    variable.kind === 'int' || variable.kind === 'float' ? NUMBER_COMPARISONS : PLAIN_COMPARISONS
  return (
    <div className="grid grid-cols-2 gap-1">
      <Select
        label={words.comparison}
        value={condition.by}
        onChange={(by) => onChange({ ...condition, by })}
        options={comparisons.map((value) => ({ value, label: words.compare[value] }))}
      />
      <ValueField variable={variable} value={condition.value} onChange={(value) => onChange({ ...condition, value })} />
    </div>
  )
}

function Visits({
  condition,
  onChange,
}: {
  condition: Extract<Condition, { op: 'visited' }>
  onChange: EditorProps['onChange']
}) {
  const scenes = useStory((page) => page.shown.scenes)
  return (
    <div className="grid grid-cols-[2fr_1fr] gap-1">
      <Select
        label={words.scene}
        value={condition.sceneId}
        onChange={(sceneId) => onChange({ ...condition, sceneId })}
        options={[...scenes.values()].map((scene) => ({ value: scene.id as string, label: titleOf(scene) }))}
      />
      <SavedField
        label={words.times}
        hideLabel
        value={String(condition.atLeast)}
        problemOf={(text) => (/^[1-9]\d{0,2}$/.test(text.trim()) ? null : messages.canvas.details.notANumber)}
        onSave={(text) => onChange({ ...condition, atLeast: Number(text) })}
      />
    </div>
  )
}
