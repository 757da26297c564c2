import type { Services } from '../container.ts'
import { startBackground } from './background.ts'
import { startFollowUps } from './follow-ups.ts'

/** Starts what the background service does for jobs; everything stops with the services. */
export function startJobs(services: Services): void {
  const { jobs, jobHandlers: handlers, clock, log, events, onClose } = services
  const followUps = startFollowUps({ store: jobs.store, handlers, submit: events.submit, log })
  onClose(() => followUps.stop())
  const background = startBackground({ store: jobs.store, handlers, clock, log })
  onClose(() => background.stop())
  // Draining begins before anything is closed: from then on nothing new is claimed (JO17).
  services.draining.addEventListener('abort', () => void background.stop(), { once: true })
}
