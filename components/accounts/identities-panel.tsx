'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { dateText } from '#components/ui/time-text.ts'
import { notify } from '#components/ui/toast.tsx'
import { type LinkedIdentity, providerUrl, readIdentities, unlinkIdentity } from '#lib/client/accounts.ts'
import { elsewhereProblem } from './problem-text.ts'
import { useSession } from './session.ts'

const words = messages.accounts.identities
const QUERY = ['auth', 'identities']

/** Sign-ins elsewhere that open this account. */
export function IdentitiesPanel() {
  const problem = elsewhereProblem(useSearchParams().get('problem'))
  const providers = useSession().data?.providers ?? []
  const identities = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => readIdentities(signal) })
  return (
    <Panel title={words.title}>
      <p className="text-ink-soft">{words.note}</p>
      {problem ? (
        <Notice tone="danger" live title={messages.accounts.signIn.providerRefused}>
          {problem}
        </Notice>
      ) : null}
      <QueryState query={identities} lines={1}>
        {(linked) => (
          <>
            <ul aria-label={words.title} className="flex flex-col">
              {linked.map((identity) => (
                <Identity key={identity.provider} identity={identity} />
              ))}
            </ul>
            <p className="flex flex-wrap gap-2">
              {providers
                .filter(({ id }) => !linked.some((identity) => identity.provider === id))
                .map(({ id, name }) => (
                  <a key={id} href={providerUrl(id, '/settings#sign-ins', true)} className={buttonLook()}>
                    {words.link(name)}
                  </a>
                ))}
            </p>
          </>
        )}
      </QueryState>
    </Panel>
  )
}

function Identity({ identity }: { identity: LinkedIdentity }) {
  const { name } = identity
  const queries = useQueryClient()
  const unlink = useMutation({
    mutationFn: () => unlinkIdentity(identity.provider),
    onSuccess: () => {
      notify.done(words.unlinked(name))
      return queries.invalidateQueries({ queryKey: QUERY })
    },
    onError: (problem) => notify.problem(problem.message),
  })
  return (
    <li className="flex min-h-row items-center gap-3 border-b py-1 last:border-b-0">
      <span className="font-medium">{name}</span>
      <span className="min-w-0 flex-1 text-small text-ink-faint">
        {words.linked(dateText(Date.parse(identity.createdAt)))}
      </span>
      <Button
        size="sm"
        variant="ghost"
        aria-label={words.unlinkNamed(name)}
        busy={unlink.isPending}
        onClick={() => unlink.mutate()}
      >
        {words.unlink}
      </Button>
    </li>
  )
}
