'use client'
import { messages } from '#components/messages/messages.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { PERSON_ROLES, RIGHTS } from '#lib/accounts/policy.ts'
import type { ShareWish } from '#lib/client/members.ts'
import { RoleFields } from './role-fields.tsx'

const words = messages.members

export interface ShareFieldsProps {
  share: ShareWish
  onChange: (share: ShareWish) => void
}

/** A role in a story and the rights beside it, each with what it means. */
export function ShareFields({ share, onChange }: ShareFieldsProps) {
  return (
    <>
      <RoleFields
        roles={[...PERSON_ROLES].reverse()}
        help={words.roleHelp}
        value={share.role}
        onChange={(role) => onChange({ role, rights: role === 'admin' ? [] : share.rights })}
      />
      <fieldset>
        <legend className="mb-1 text-small font-medium text-ink-soft">{words.rightsTitle}</legend>
        {share.role === 'admin' ? (
          <p className="text-ink-soft">{words.rightsAll}</p>
        ) : (
          <>
            <div className="grid sm:grid-cols-2">
              {RIGHTS.map((right) => (
                <Checkbox
                  key={right}
                  label={words.rightHelp[right]}
                  checked={share.rights.includes(right)}
                  onChange={(on) =>
                    onChange({
                      ...share,
                      rights: RIGHTS.filter((one) => (one === right ? on : share.rights.includes(one))),
                    })
                  }
                />
              ))}
            </div>
            <p className="mt-1 text-small text-pretty text-ink-faint">{words.rightsLater}</p>
          </>
        )}
      </fieldset>
    </>
  )
}
