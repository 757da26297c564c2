import { config } from 'zod'

// The content security policy forbids code made from strings. Without this the schemas would try it once and be refused.
config({ jitless: true })
