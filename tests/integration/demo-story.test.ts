import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookOf } from '#lib/panels/look.ts'
import type { CastMember } from '#lib/panels/script.ts'
import { qcReport } from '#lib/qc/report.ts'
import { play, playStory, startPlay } from '#lib/story/play.ts'
import type { PlayState } from '#lib/story/play.ts'
import { graphProblems } from '#lib/story/graph-problems.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Services } from '#lib/server/container.ts'
import { seedDemoStory } from '#lib/server/seed.ts'
import { startJobs } from '#lib/server/jobs/start.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

// The demo story of the first start (issue I): written once, whole, playable to four endings.
describe('demo story', () => {
  let server: TestServer
  let state: StreamState
  let storyId: string

  beforeAll(async () => {
    server = await startServer()
    storyId = (await seedDemoStory(server.services)) ?? ''
    state = server.services.events.state(storyId) as StreamState
  })
  afterAll(() => server.close())

  it('[DS1] has its scenes, branches, characters and text, and is written once', async () => {
    expect([state.scenes.size, state.branches.size, state.characters.size]).toEqual([14, 3, 2])
    for (const id of state.scenes.keys()) expect(server.services.prose.text(id).length).toBeGreaterThan(200)
    expect(await seedDemoStory(server.services)).toBeNull()
  })

  it('[DS1] is one command, so that it is there whole or not at all', () => {
    const history = server.services.stories.history(storyId, Number.MAX_SAFE_INTEGER, 100)
    const making = /^(StoryCreated|SceneCreated|ScenesLinked|CharacterCreated|PanelAdded)$/
    expect(history.filter(({ types }) => types.some((type) => making.test(type)))).toHaveLength(1)
    expect(history.at(-1)?.types).toEqual(expect.arrayContaining(['StoryCreated', 'SceneCreated', 'PanelAdded']))
  })

  it('[DS6] a start that ended before all drawings were queued is made up for, and no drawing is queued twice', async () => {
    const broken = await startServer()
    try {
      const { services } = broken
      let room = 2
      const jobs: Services['jobs'] = {
        ...services.jobs,
        enqueue: (job) => (room-- > 0 ? services.jobs.enqueue(job) : Promise.reject(new Error('the program ended'))),
      }
      const story = (await seedDemoStory({ ...services, jobs })) ?? ''
      const queued = async () => (await services.jobs.list({ storyId: story })).map((job) => job.subject).sort()
      expect(await queued()).toHaveLength(2)
      expect(await seedDemoStory(services)).toBeNull()
      const panels = [...(services.events.state(story)?.panels.keys() ?? [])].sort()
      expect(panels.length).toBeGreaterThanOrEqual(4)
      expect(await queued()).toEqual(panels)
      await seedDemoStory(services)
      expect(await queued()).toEqual(panels)
    } finally {
      await broken.close()
    }
  })

  it('[DS2] plays to its endings, each behind choices, one behind a condition', () => {
    const story = playStory({
      startSceneId: storyOf(state)?.startSceneId ?? null,
      scenes: state.scenes.values(),
      edges: state.edges.values(),
      variables: state.variables.values(),
    })
    const endings = new Set<string>()
    const locked = new Set<string>()
    const walk = (at: PlayState): void => {
      if (at.end === 'ending') endings.add(state.scenes.get(at.sceneId)?.title ?? '')
      for (const option of at.options) {
        if (!option.available) locked.add(option.text)
        else if (option.edgeId) walk(play(story, at, { kind: 'take', edgeId: option.edgeId }))
      }
    }
    const start = startPlay(story, story.startSceneId ?? '')
    expect(start).not.toBeNull()
    if (start) walk(start)
    expect([...endings].sort()).toEqual([
      "A boatman's word",
      'A light on Grey Head',
      'The dark passage',
      'The quiet harbour',
    ])
    expect(locked).toContain('Read the page aloud')
  })

  it('[DS3] raises no false alarm', () => {
    expect(graphProblems(state)).toEqual([])
  })

  it('[DS4] its panels are drawn by the background service, by rules, and say so', async () => {
    startJobs(server.services)
    const panels = [...state.panels.values()]
    expect(panels.length).toBeGreaterThanOrEqual(4)
    const drawn = () => server.services.events.state(storyId)?.panelVersions.size ?? 0
    while (drawn() < panels.length) await new Promise((resolve) => setTimeout(resolve, 100))
    const versions = [...(server.services.events.state(storyId)?.panelVersions.values() ?? [])]
    expect(versions).toHaveLength(panels.length)
    expect(versions.every((version) => version.drawnBy === 'rules' && version.qc !== null)).toBe(true)
    // Its own checks find nothing on any of them: no covered face, no order to guess, no small or cramped words.
    const shown = versions.map((version) => {
      const { verdict, findings } = qcReport.parse(version.qc)
      return { of: state.panels.get(version.panelId)?.beat.slice(0, 60), verdict, findings }
    })
    expect(shown).toEqual(shown.map(({ of }) => ({ of, verdict: 'pass', findings: [] })))
  })

  it('[DS5] its characters are drawn with the skin their words name', () => {
    const skin = (name: string) => [...state.characters.values()].filter((one) => one.name === name).map(skinOf)
    const skinOf = (member: CastMember) => lookOf({ ...member, id: 'ch_any' }).skin
    expect([skin('Ines'), skin('Tam')]).toEqual([['#f3dfcd'], ['#a8744f']])
  })
})
