'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { messages } from '#components/messages/messages.ts'
import { Field } from '#components/ui/field.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { Select } from '#components/ui/select.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { notify } from '#components/ui/toast.tsx'
import { readRegistration, type Registration, saveRegistration } from '#lib/client/admin.ts'

const words = messages.admin.registration
const QUERY = ['admin', 'registration']
const ROLES = ['viewer', 'editor'] as const

/** Whether people may come in without an invitation, and as what. Each choice saves at once. */
export function RegistrationPanel() {
  const registration = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => readRegistration(signal) })
  return (
    <Panel title={words.title}>
      <QueryState query={registration} lines={2}>
        {(present) => <Choices present={present} />}
      </QueryState>
    </Panel>
  )
}

function Choices({ present }: { present: Registration }) {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: saveRegistration,
    onSuccess: async () => {
      notify.done(words.saved)
      await queries.invalidateQueries({ queryKey: QUERY })
      await queries.invalidateQueries({ queryKey: ['auth', 'state'] })
    },
    onError: (problem) => notify.problem(messages.members.failed, { description: problem.message }),
  })
  const shown = save.isPending ? save.variables : present
  const open = shown.registration === 'open'
  return (
    <>
      <Switch
        label={words.open}
        description={open ? words.openHelp : words.invitationHelp}
        checked={open}
        disabled={save.isPending}
        onChange={(on) => save.mutate({ ...present, registration: on ? 'open' : 'invitation' })}
      />
      {open ? (
        <Field label={words.openRole} className="max-w-56">
          <Select
            label={words.openRole}
            value={shown.openRole}
            disabled={save.isPending}
            onChange={(openRole) => save.mutate({ ...present, openRole })}
            options={ROLES.map((value) => ({ value, label: messages.members.roles[value] }))}
          />
        </Field>
      ) : null}
    </>
  )
}
