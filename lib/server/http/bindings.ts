/** What the Node adapter hands over with a request. */
export interface HttpBindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } }
}
