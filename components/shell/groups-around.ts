import type { Scene } from '#lib/story/state.ts'

/** The scene with the groups around it, outermost first. */
export function groupsAround(scenes: ReadonlyMap<string, Scene>, sceneId: string): readonly Scene[] {
  const path: Scene[] = []
  for (let scene = scenes.get(sceneId); scene && !path.includes(scene);) {
    path.unshift(scene)
    scene = scene.groupId === null ? undefined : scenes.get(scene.groupId)
  }
  return path
}
