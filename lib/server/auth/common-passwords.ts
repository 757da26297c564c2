let loaded: Promise<ReadonlySet<string>> | null = null

/** About 49,000 of the most used passwords, in lower case; loaded when the first new password is judged. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const list: unknown = dictionary['passwords-common']
    if (!Array.isArray(list)) throw new TypeError('the list of common passwords has an unknown form')
    return new Set(list.map((word) => String(word).toLowerCase()))
  })
  return loaded
}
