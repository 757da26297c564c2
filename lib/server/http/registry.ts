import type { Route } from './route.ts'
import { storyRoutes } from './stories.ts'
import { oidcRoutes } from './oidc.ts'
import { proseRoutes } from './prose.ts'
import { authRoutes } from './auth.ts'
import { adminPeopleRoutes } from './admin-people.ts'
import { invitationRoutes } from './invitations.ts'
import { memberRoutes } from './members.ts'
import { registrationRoutes } from './registration.ts'
import { keyRoutes } from './keys.ts'
import { auditRoutes } from './audit.ts'
import { myDataRoutes } from './my-data.ts'
import { healthRoutes } from './health.ts'
import { blobRoutes } from './blobs.ts'
import { jobRoutes } from './jobs.ts'
import { panelRoutes } from './panels.ts'
import { workerRoutes } from './worker.ts'
import { workersRoutes } from './workers.ts'
import { writerRoutes } from './writer.ts'
import { exchangeRoutes } from './exchange.ts'
import { limitRoutes } from './limits.ts'

/** Every HTTP route of the house. One line per resource file; the app refuses to start on a clash or an undeclared route. */
export const routes: readonly Route[] = [
  ...authRoutes,
  ...registrationRoutes,
  ...invitationRoutes,
  ...memberRoutes,
  ...adminPeopleRoutes,
  ...keyRoutes,
  ...oidcRoutes,
  ...auditRoutes,
  ...myDataRoutes,
  ...healthRoutes,
  ...storyRoutes,
  ...proseRoutes,
  ...jobRoutes,
  ...panelRoutes,
  ...workerRoutes,
  ...workersRoutes,
  ...writerRoutes,
  ...blobRoutes,
  ...exchangeRoutes,
  ...limitRoutes,
]
