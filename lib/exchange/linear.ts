import { placeScenes } from './place-scenes.ts'
import type { ExchangePorts } from './ports.ts'
import type { ReportWriter } from './report.ts'
import { plainEdge, plainScene } from './story-document.ts'
import type { DocumentEdge, DocumentScene, ProseBlock, StoryDocument } from './story-document.ts'

export interface Section {
  readonly title: string
  readonly chapter: boolean
  readonly prose: readonly ProseBlock[]
  readonly line: number
}

/** A story of scenes on one branch, without edges; formats add their own. */
export function storyOfScenes(
  title: string,
  scenes: readonly DocumentScene[],
  edges: readonly DocumentEdge[],
  branch: DocumentScene['branchId'],
  ports: ExchangePorts,
): StoryDocument {
  const start = scenes[0]?.id ?? null
  return {
    story: {
      id: ports.newId('story'),
      title,
      logline: '',
      language: 'en',
      direction: 'ltr',
      startSceneId: start,
      canonBranchId: branch,
      foreign: {},
    },
    branches: [
      {
        id: branch,
        name: 'Main',
        kind: 'timeline',
        parentId: null,
        forkSceneId: null,
        status: 'active',
        colour: 1,
        reason: '',
      },
    ],
    variables: [],
    scenes: placeScenes(scenes, edges, start, new Set(scenes.map((scene) => scene.id))),
    edges: [...edges],
    characters: [],
    panels: [],
    records: {},
  }
}

/** A story whose sections follow one another. */
export function storyFromSections(
  title: string,
  sections: readonly Section[],
  ports: ExchangePorts,
  report: ReportWriter,
): StoryDocument {
  const branch = ports.newId('branch')
  const scenes = sections.map((section) =>
    plainScene({
      id: ports.newId('scene'),
      branchId: branch,
      title: section.title,
      type: section.chapter ? 'chapter' : 'scene',
      prose: [...section.prose],
    }),
  )
  const edges = scenes.slice(1).map((scene, i) =>
    // The slice starts at 1, so a scene at i exists.
    plainEdge({ id: ports.newId('edge'), from: (scenes[i] as DocumentScene).id, to: scene.id, type: 'next' }),
  )
  report.count('scenes', scenes.length)
  report.count('edges', edges.length)
  return storyOfScenes(title, scenes, edges, branch, ports)
}
