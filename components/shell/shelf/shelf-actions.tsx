import type { ComponentType } from 'react'
import { ImportAction } from '#components/exchange/import-action.tsx'

/** Other ways to get a story onto the shelf, such as import: one component per line, drawn beside "New story". */
export const SHELF_ACTIONS: readonly ComponentType[] = [ImportAction]
