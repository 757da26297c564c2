/** Shown for somebody whose account is gone; only their id is left (H6). */
export const FORMER_MEMBER = 'Former member'

/** Ids of people begin with this (lib/kernel/ids.ts); keys, machines and the program itself are named by their id. */
const PERSON_ID = /^us_/

/** What a person, key or machine is called: a person's present name, a neutral one for whoever left, else the id. */
export function nameShown(id: string, present: { readonly name: string } | null): string {
  if (present) return present.name
  return PERSON_ID.test(id) ? FORMER_MEMBER : id
}
