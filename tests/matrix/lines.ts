import { io, type Socket } from 'socket.io-client'
import type { Decision } from '#lib/accounts/policy.ts'
import { rawClient, type RawClient } from '#tests/support/prose-client.ts'
import { expectedLetter, LIVE, type PrincipalName } from './expected.ts'
import { isAsker, type World } from './world.ts'

/** The scene of the matrix' story that has a text. */
export const SCENE = 'sc_matrix'

/** Opens sockets as anybody of a world, and closes what it opened. */
export interface Lines {
  /** An open socket, or null when the upgrade was refused. */
  readonly connect: (who: PrincipalName) => Promise<Socket | null>
  /** A socket of somebody who may join the story, in its room. */
  readonly join: (who: PrincipalName) => Promise<Socket>
  /** A live text opened with a ticket, or null when no ticket was given. */
  readonly open: (who: PrincipalName) => Promise<RawClient | null>
  readonly openWith: (ticket: string, sceneId?: string) => RawClient
  /** Another one than `who`, who may read everything: for watching. */
  readonly watcher: (who: PrincipalName) => PrincipalName
  readonly closeAll: () => void
}

/** Puts the scene into the world's story and opens lines to it. */
export async function openLines(world: World): Promise<Lines> {
  const { port, origin, services } = world.server
  const branchId = [...(services.events.state(world.storyId)?.branches.keys() ?? [])][0] ?? ''
  const scene = { type: 'CreateScene', sceneId: SCENE, branchId, x: 0, y: 0 } as never
  await services.stories.act(world.storyId, scene, { id: 'system', kind: 'system' })
  let sockets: Socket[] = []
  let texts: RawClient[] = []

  async function connect(who: PrincipalName): Promise<Socket | null> {
    const socket = io(origin, {
      ...{ transports: ['websocket'], reconnection: false, forceNew: true },
      extraHeaders: { ...world.credential(who), origin },
    })
    sockets.push(socket)
    return new Promise((resolve) => {
      socket.on('connect', () => resolve(socket))
      socket.on('connect_error', () => resolve(null))
    })
  }
  function openWith(ticket: string, sceneId = SCENE): RawClient {
    const text = rawClient({ port, origin, sceneId, ticket })
    texts.push(text)
    return text
  }

  return {
    connect,
    join: async (who) => {
      const socket = await connect(who)
      const answer = (await socket?.emitWithAck('join', { storyId: world.storyId })) as { status: string } | undefined
      if (!socket || answer?.status !== 'joined') throw new Error(`${who} could not join`)
      return socket
    },
    open: async (who) => {
      const answer = await world.call(who, 'POST', `/api/stories/${world.storyId}/scenes/${SCENE}/prose/ticket`)
      if (answer.status !== 200) return null
      const text = openWith(String(answer.json['ticket']))
      await Promise.race([text.synced, text.closed])
      return text
    },
    openWith,
    watcher: (who) => (who === 'host' ? 'admin' : 'host'),
    closeAll: () => {
      for (const socket of sockets) socket.disconnect()
      for (const text of texts) text.stop()
      sockets = []
      texts = []
    },
  }
}

/** The rights that open sockets ask for, each of which is turned round for each kind of person (A8). */
export const FLIPPED = LIVE.flatMap((who) => (['story.read', 'story.write'] as const).map((right) => ({ who, right })))

/** Puts into the policy that `who` may what they may not, or the other way round. */
export function flipCell(world: World, { who, right }: (typeof FLIPPED)[number]): void {
  const slip: Decision = expectedLetter(right, who) === 'y' ? 'forbidden' : 'allowed'
  world.flip((asked, principal) => (asked === right && isAsker(world, who, principal) ? slip : null))
}
