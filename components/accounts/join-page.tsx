'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { TabPanel, Tabs } from '#components/ui/tabs.tsx'
import { dateTimeText } from '#components/ui/time-text.ts'
import {
  acceptInvitation,
  beginElsewhere,
  type InvitationLook,
  lookAtInvitation,
  type SessionState,
  type SessionUser,
} from '#lib/client/accounts.ts'
import type { Right } from '#lib/accounts/policy.ts'
import { ApiProblem } from '#lib/client/api.ts'
import { AccountForm, PlainHttpNotice } from './account-form.tsx'
import { type FragmentToken, keepToken, useFragmentToken } from './fragment-token.ts'
import { FrontPage } from './front-page.tsx'
import { fieldProblem, formProblem } from './problem-text.ts'
import { ProviderLinks } from './provider-links.tsx'
import { useRegister, useSession, useSignInAndAccept, useSignOut } from './session.ts'

const words = messages.accounts.join
type OnEnter = (entered: { storyId: string | null }) => void

/** The door of an invitation: who invites to what, and the way in for those who are new and those who are known. */
export function JoinPage() {
  const found = useFragmentToken()
  if (found === null) return null
  if (found.token === '') return <NoInvitation title={words.noneTitle} why={words.none} />
  return <Invitation key={found.token} {...found} />
}

function Invitation({ token, carried }: FragmentToken) {
  const session = useSession()
  const router = useRouter()
  const [entered, setEntered] = useState(false)
  function handleEnter({ storyId }: { storyId: string | null }) {
    setEntered(true)
    router.replace(storyId === null ? '/' : `/stories/${storyId}`)
  }
  const look = useQuery({
    queryKey: ['invitation', token],
    // The answer says the rights too; the client's type names only the role.
    queryFn: async () => (await lookAtInvitation(token)) as InvitationGives,
    // Taking it up ends it; what was read stays on the page until the way in is over.
    staleTime: Infinity,
    gcTime: 0,
  })
  const over = look.error instanceof ApiProblem && look.error.status === 404
  const usedElsewhere = over && carried && Boolean(session.data?.user)
  // Syncs the address with a sign-in elsewhere that has used the invitation already.
  useEffect(() => {
    if (usedElsewhere) router.replace('/')
  }, [usedElsewhere, router])
  if (usedElsewhere) return null
  if (over) return <NoInvitation title={words.badTitle} why={words.bad} />
  if (fieldProblem(look.error, 'token') !== undefined) return <NoInvitation title={words.noneTitle} why={words.none} />
  return (
    <QueryState query={look}>
      {(invitation) => (
        <QueryState query={session}>
          {(state) => (
            <FrontPage title={words.title} lead={leadOf(invitation)}>
              <p className="-mt-4 mb-6 text-ink-soft">
                {roleWords(invitation)} {words.until(dateTimeText(Date.parse(invitation.expiresAt)))}
              </p>
              {state.user ? (
                <AcceptAs
                  user={state.user}
                  token={token}
                  title={invitation.storyTitle}
                  entered={entered}
                  onEnter={handleEnter}
                />
              ) : (
                <ComeIn token={token} state={state} onEnter={handleEnter} />
              )}
            </FrontPage>
          )}
        </QueryState>
      )}
    </QueryState>
  )
}

/** What an invitation gives: a role, and rights beside it. */
interface InvitationGives extends InvitationLook {
  readonly rights: readonly Right[]
}

function roleWords({ kind, role, rights }: InvitationGives): string {
  const as = kind === 'story' ? messages.members.asRole[role] : messages.members.asHouseRole[role]
  return words.as(
    as,
    rights.map((right) => messages.members.rightHelp[right]),
  )
}

function leadOf({ storyTitle, invitedBy }: InvitationLook): string {
  return storyTitle === null ? words.toHouse(invitedBy) : words.toStory(invitedBy, storyTitle)
}

interface AcceptProps {
  user: SessionUser
  token: string
  title: string | null
  /** The way in is open already; the story is on its way. */
  entered: boolean
  onEnter: OnEnter
}

function AcceptAs({ user, token, title, entered, onEnter }: AcceptProps) {
  const signOut = useSignOut()
  const accept = useMutation({ mutationFn: () => acceptInvitation(token), onSuccess: onEnter })
  const problem = formProblem(accept.error)
  return (
    <div className="flex flex-col items-start gap-4">
      <p>{words.signedInAs(user.name)}</p>
      {problem ? (
        <Notice tone="danger" live className="self-stretch">
          {problem}
        </Notice>
      ) : null}
      <Button
        variant="primary"
        size="lg"
        className="max-w-full"
        busy={accept.isPending || entered}
        onClick={() => accept.mutate()}
      >
        <span className="truncate">{words.accept(title)}</span>
      </Button>
      <Button
        variant="link"
        className="px-0"
        busy={signOut.isPending}
        onClick={() => {
          keepToken(token)
          signOut.mutate('/join')
        }}
      >
        {words.notYou}
      </Button>
    </div>
  )
}

function ComeIn({ token, state, onEnter }: { token: string; state: SessionState; onEnter: OnEnter }) {
  const [way, setWay] = useState<'new' | 'known'>('new')
  const registering = useRegister(onEnter)
  const signIn = useSignInAndAccept(onEnter)
  const leave = useMutation({
    mutationFn: (provider: string) => beginElsewhere(provider, { invitation: token, next: '/join' }),
    onSuccess: ({ location }) => {
      keepToken(token)
      window.location.assign(location)
    },
  })
  return (
    <>
      <Tabs
        label={words.ways}
        value={way}
        onChange={setWay}
        items={[
          { id: 'new', label: words.isNew },
          { id: 'known', label: words.isKnown },
        ]}
      >
        <TabPanel id="new">
          <div className="pt-5">
            <AccountForm
              kind="new"
              submit={words.submitNew}
              busy={registering.isPending}
              problem={registering.error}
              onSubmit={(answers) => registering.mutate({ token, ...answers })}
            >
              <PlainHttpNotice shown={state.plainHttpWarning} />
            </AccountForm>
          </div>
        </TabPanel>
        <TabPanel id="known">
          <div className="pt-5">
            <AccountForm
              kind="known"
              submit={words.submitKnown}
              busy={signIn.isPending}
              problem={signIn.error}
              onSubmit={({ login, password }) => signIn.mutate({ token, login, password })}
            >
              <PlainHttpNotice shown={state.plainHttpWarning} />
            </AccountForm>
          </div>
        </TabPanel>
      </Tabs>
      <ProviderLinks providers={state.providers} next="/join" onLeave={(provider) => leave.mutate(provider)} />
      {leave.error ? (
        <Notice tone="danger" live className="mt-4">
          {formProblem(leave.error)}
        </Notice>
      ) : null}
    </>
  )
}

function NoInvitation({ title, why }: { title: string; why: string }) {
  return (
    <FrontPage title={title} lead={why}>
      <Link href="/" className={buttonLook({ variant: 'primary', size: 'lg' })}>
        {messages.members.toShelf}
      </Link>
    </FrontPage>
  )
}
