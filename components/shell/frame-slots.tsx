import type { ComponentType } from 'react'
import { ExportAction } from '#components/exchange/export-action.tsx'
import { AccessWatch } from '#components/members/access-watch.tsx'
import { MembersAction } from '#components/members/members-action.tsx'
import { PlayCommands } from '#components/play/play-commands.tsx'
import { PendingInText } from '#components/writer/pending-in-text.tsx'
import { RunFollower } from '#components/writer/run-follower.tsx'
import { ProseSaveReport } from '#components/prose/prose-save-report.tsx'

/** People online, in the header: avatars with names, one line per component. */
export const HEADER_SLOTS: readonly ComponentType[] = [ExportAction]

/** More items of the status bar (running jobs, spend), left of the save state. Each opens its rows. */
export const STATUS_SLOTS: readonly ComponentType[] = []

/** Invisible parts that live as long as a story is open, such as presence. */
export const STORY_PARTS: readonly ComponentType[] = [
  AccessWatch,
  MembersAction,
  RunFollower,
  PendingInText,
  ProseSaveReport,
  PlayCommands,
]
