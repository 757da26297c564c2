import { characters } from './characters.ts'
import { panels } from './panels.ts'
import { accounts } from './accounts.ts'
import { admin } from './admin.ts'
import { canvas } from './canvas.ts'
import { exchange } from './exchange.ts'
import { history } from './history.ts'
import { jobs } from './jobs.ts'
import { members } from './members.ts'
import { play } from './play.ts'
import { prose } from './prose.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { shelf } from './shelf.ts'
import { ui } from './ui.ts'
import { room } from './room.ts'
import { workers } from './workers.ts'
import { writer } from './writer.ts'

/** All words of the interface, by area. Each area owns its file and adds one line here. */
export const messages = {
  characters,
  panels,
  accounts,
  admin,
  canvas,
  exchange,
  history,
  jobs,
  members,
  play,
  prose,
  settings,
  shell,
  shelf,
  ui,
  room,
  workers,
  writer,
} as const
