import type { CliCommand } from './command.ts'

/** `stories`: what is on the shelf. */
export const storiesCommand: CliCommand = {
  name: 'stories',
  usage: '[--trash] [--json]',
  summary: 'Lists the stories of the data folder',
  options: [],
  switches: ['trash'],
  run: async ({ services, switches }) => {
    const stories = (await services()).stories.shelf(switches.has('trash'), () => true)
    const lines = stories.map((story) => `${story.id}  ${story.title}  (${story.scenes} scenes, ${story.words} words)`)
    return { json: { stories }, text: lines.length > 0 ? lines.join('\n') : 'There are no stories.' }
  },
}
