import { z } from 'zod'
import { jobView } from '#lib/jobs/view.ts'
import type { JobView } from '#lib/jobs/view.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import { panelScript } from '#lib/panels/script.ts'
import type { PanelScript } from '#lib/panels/script.ts'
import { api, ApiProblem } from './api.ts'

// The comic's doors of the HTTP API, as screens use them.

const breakdownAnswer = z.object({ panels: z.array(panelScript), prose: z.string(), method: z.string() })
const jobsAnswer = z.object({ jobs: z.array(jobView) })

/** A proposed shot list of a scene; nothing is stored. */
export function fetchBreakdown(storyId: string, sceneId: string): Promise<{ panels: PanelScript[]; prose: string }> {
  return api('POST', `/api/stories/${storyId}/scenes/${sceneId}/breakdown`, { schema: breakdownAnswer })
}

/** The plain text of a scene, for telling verbatim lines from adapted ones. */
export async function fetchSceneText(storyId: string, sceneId: string, signal: AbortSignal): Promise<string> {
  const answer = await api<{ text: string }>('GET', `/api/stories/${storyId}/scenes/${sceneId}/prose`, { signal })
  return answer.text
}

/** Image backends that could draw now. */
export async function fetchBackends(storyId: string, signal: AbortSignal): Promise<readonly string[]> {
  const schema = z.object({ backends: z.array(z.string()) })
  return (await api('GET', `/api/stories/${storyId}/comic/backends`, { schema, signal })).backends
}

/** Queues pictures; answers the jobs. */
export async function queueDrawings(
  storyId: string,
  wish: { panelIds: readonly string[]; vary: boolean; backend: string },
): Promise<readonly JobView[]> {
  return (await api('POST', `/api/stories/${storyId}/panels/render`, { body: wish, schema: jobsAnswer })).jobs
}

/** Newest jobs of a story. */
export async function fetchJobs(storyId: string, signal: AbortSignal): Promise<readonly JobView[]> {
  return (await api<{ jobs: JobView[] }>('GET', `/api/stories/${storyId}/jobs`, { signal })).jobs
}

export function cancelJob(storyId: string, jobId: string): Promise<JobView> {
  return api('POST', `/api/stories/${storyId}/jobs/${jobId}/cancel`, { schema: jobView })
}

/** Address of a stored picture. */
export function pictureUrl(storyId: string, sha256: string): string {
  return `/api/stories/${storyId}/blobs/${sha256}`
}

/** Address that downloads a page as PNG, or all pages of the scene as CBZ. */
export function exportUrl(storyId: string, sceneId: string, format: 'png' | 'cbz', page = 1): string {
  return `/api/stories/${storyId}/comic/export?format=${format}&scene=${sceneId}&page=${page}`
}

/** The lettering face, the same file the server sets pages with. */
export async function fetchLetteringFont(signal: AbortSignal): Promise<LetteringFont> {
  const response = await fetch('/api/lettering/font', { signal, credentials: 'same-origin' })
  if (!response.ok)
    throw new ApiProblem(
      response.status,
      { title: 'The lettering face cannot be loaded.' },
      response.headers.get('x-request-id'),
    )
  // Loaded here and not above: reading fonts is a quarter of a megabyte, and most screens only want an address of a picture.
  const { loadFont } = await import('#lib/panels/font.ts')
  return loadFont(await response.arrayBuffer(), 'comic-neue-700-5.3.0')
}
