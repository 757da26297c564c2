import { messages } from '#components/messages/messages.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { providerUrl, type SignInProvider } from '#lib/client/accounts.ts'

export interface ProviderLinksProps {
  providers: readonly SignInProvider[]
  /** Where to come back to. */
  next: string
  /** Begins the way itself, in place of the plain link: with an invitation, which must not stand in an address. */
  onLeave?: ((provider: string) => void) | undefined
}

/** The other ways to sign in, where the installation has any. */
export function ProviderLinks({ providers, next, onLeave }: ProviderLinksProps) {
  if (providers.length === 0) return null
  return (
    <div className="mt-5 flex flex-col gap-3">
      <p className="flex items-center gap-3 text-small text-ink-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {messages.accounts.signIn.or}
      </p>
      {providers.map(({ id, name }) =>
        onLeave ? (
          <Button key={id} size="lg" onClick={() => onLeave(id)}>
            {messages.accounts.signIn.with(name)}
          </Button>
        ) : (
          // Not a Next link: the address answers with a redirect to another site.
          <a key={id} href={providerUrl(id, next)} className={buttonLook({ size: 'lg' })}>
            {messages.accounts.signIn.with(name)}
          </a>
        ),
      )}
    </div>
  )
}
