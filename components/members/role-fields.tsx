'use client'
import { useId } from 'react'
import { messages } from '#components/messages/messages.ts'
import type { PersonRole } from '#lib/accounts/policy.ts'

const words = messages.members

export interface RoleFieldsProps<R extends PersonRole> {
  roles: readonly R[]
  help: Readonly<Record<R, string>>
  value: R
  onChange: (role: R) => void
}

/** One of the roles, each with what it means. */
export function RoleFields<R extends PersonRole>({ roles, help, value, onChange }: RoleFieldsProps<R>) {
  const group = useId()
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-small font-medium text-ink-soft">{words.role}</legend>
      {roles.map((role) => (
        <label
          key={role}
          className="flex cursor-pointer items-start gap-3 rounded-md border px-3 py-2 has-checked:border-madder has-checked:bg-wash"
        >
          <input
            type="radio"
            name={group}
            value={role}
            checked={value === role}
            onChange={() => onChange(role)}
            className="mt-1 accent-(--madder)"
          />
          <span className="grid">
            <span className="font-medium">{words.roles[role]}</span>
            <span className="text-small text-pretty text-ink-soft">{help[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
