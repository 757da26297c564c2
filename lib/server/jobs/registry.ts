import type { Images } from '../blobs/images.ts'
import type { EventWriter } from '../events/writer.ts'
import { renderPanelHandler } from '../panels/render-handler.ts'
import type { JobHandler } from './handler.ts'

/** What handlers may be built from; the container passes its parts. Widen it when a handler needs another part. */
export interface HandlerParts {
  readonly images: Images
  readonly events: EventWriter
}

/** Every job kind this process runs. One line per handler. */
export function jobHandlers(parts: HandlerParts): readonly JobHandler[] {
  return [renderPanelHandler(parts)]
}
