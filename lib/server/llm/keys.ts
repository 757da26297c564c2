import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals provider keys; a file in the data folder. */
export const PROVIDER_KEYS_SECRET = 'provider-keys'

/** Encrypts a provider key with AES-256-GCM: iv, tag, ciphertext. `bound` ties the result to its row. */
export function sealKey(key: string, secret: Buffer, bound: string): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secret, iv)
  cipher.setAAD(Buffer.from(bound))
  const body = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()])
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]))
}

/** Decrypts what `sealKey` made; null when it was made with another secret, for another row, or was changed. */
export function openKey(sealed: Uint8Array, secret: Buffer, bound: string): string | null {
  const bytes = Buffer.from(sealed)
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(bound))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    // A wrong or damaged secret shows as "no key" on the settings page, where the person can set it again.
    return null
  }
}
