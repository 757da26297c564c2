import { EMPTY_DOC, type ProseDoc, type ProseNode } from '#lib/prose/document.ts'
import { docFromText, docText } from '#lib/prose/text.ts'
import { proseDocName } from '#lib/prose/wire.ts'
import { createDocuments } from './documents.ts'
import {
  type DocRow,
  fingerprint,
  readCheckpoint,
  readDoc,
  readStored,
  scenesWithoutCheckpoint,
  storedMark,
  wordsOfStory,
} from './log.ts'
import type { DocumentPorts, SocketPorts } from './ports.ts'
import { createSyncServer } from './sync-server.ts'
import { appendContent, contentOf, replaceContent, replay } from './ydoc.ts'

/** What the rest of the house may do with the text of scenes. */

const CACHED_TEXTS = 500
const RECORDED_TOGETHER = 100

export type Prose = ReturnType<typeof createProse>

interface Addition {
  readonly text: string
  /** Who wrote it: a user id, or an agent's. */
  readonly actor: string
  /** Set for AI-written text: it stays recognisable. */
  readonly runId?: string
}

/** Builds the prose service and its sync server over the single writer. */
export function createProse(ports: DocumentPorts & SocketPorts) {
  const documents = createDocuments(ports)
  const sync = createSyncServer({ ...ports, documents })
  const cache = new Map<string, { readonly mark: string; readonly content: ProseDoc }>()
  const { db } = ports.writer

  /** The text as editor JSON: of the open document, else of the stored one; empty where there is none. */
  function content(sceneId: string): ProseDoc {
    const opened = documents.peek(sceneId)
    if (opened) return contentOf(opened.ydoc)
    const doc = readDoc(db, sceneId)
    if (!doc) return EMPTY_DOC
    const mark = storedMark(db, doc)
    const cached = cache.get(sceneId)
    if (cached?.mark === mark) return cached.content
    const fresh = readContent(doc)
    cache.delete(sceneId)
    cache.set(sceneId, { mark, content: fresh })
    const [oldest] = cache.keys()
    if (cache.size > CACHED_TEXTS && oldest !== undefined) cache.delete(oldest)
    return fresh
  }

  function readContent(doc: DocRow): ProseDoc {
    const { ydoc } = replay(readStored(db, doc.sceneId, doc.epoch), (n, cause) => {
      ports.report.error({ sceneId: doc.sceneId, n, err: cause }, 'a prose row does not apply')
    })
    const read = contentOf(ydoc)
    ydoc.destroy()
    return read
  }

  /** Records what no checkpoint has seen. One at a time, so that a large import does not fill the memory. */
  /** Records texts in groups, so that a large import shares transactions and still leaves room between them. */
  async function recordAll(sceneIds: readonly string[]): Promise<void> {
    for (let from = 0; from < sceneIds.length; from += RECORDED_TOGETHER) {
      await Promise.all(sceneIds.slice(from, from + RECORDED_TOGETHER).map(recordOne))
    }
  }

  function recordOne(sceneId: string): Promise<void> {
    return documents
      .withDoc(sceneId, (target) => documents.checkpoint(target))
      .then(
        () => undefined,
        (cause: unknown) => ports.report.error({ sceneId, err: cause }, 'a text could not be recorded'),
      )
  }

  return {
    /** Takes an upgrade of `/yjs/<doc>`; see SyncServer. */
    sync,
    content,
    /** Plain text; blocks parted by an empty line. */
    text: (sceneId: string): string => docText(content(sceneId)),
    /** Content hash and words of the present text. */
    fingerprint: (sceneId: string) => fingerprint(content(sceneId)),
    words: (sceneId: string): number => fingerprint(content(sceneId)).words,
    /** Words of each scene of a story as of its last checkpoint; cheap. */
    wordsOfStory: (storyId: string) => wordsOfStory(db, storyId),
    /** The text recorded under a checkpoint's hash, or null. */
    checkpointContent: (sceneId: string, hash: string) => readCheckpoint(db, sceneId, hash),
    /** Name of the present document, which a ticket is bound to. Throws NotFoundError. */
    docName: async (sceneId: string): Promise<string> => proseDocName(sceneId, (await documents.ensure(sceneId)).epoch),
    /** Makes the scene read like `next` as an ordinary edit. Resolves when durable, with the text as it is then. */
    replace: (sceneId: string, next: ProseDoc, actor: string) =>
      documents.edit(sceneId, actor, (ydoc) => replaceContent(ydoc, next)),
    /** Adds paragraphs at the end as an ordinary edit. Resolves when durable, with the text as it is then. */
    appendText: (sceneId: string, addition: Addition) =>
      documents.edit(sceneId, addition.actor, (ydoc) => appendContent(ydoc, additionDoc(addition))),
    /** Records the present text in the story's log if it changed; before a guarded command reads the scene. */
    checkpointNow: (sceneId: string) => documents.withDoc(sceneId, (target) => documents.checkpoint(target)),
    /** After a crash: records texts whose last edits no checkpoint has seen. Call once after start. */
    recover: () => recordAll(scenesWithoutCheckpoint(db)),
    /** Records the seeded texts of new scenes, so that their words are known in the story's log. */
    recordSeeds: (sceneIds: readonly string[]) =>
      recordAll(sceneIds.filter((sceneId) => readDoc(db, sceneId)?.hash === null)),
    /** How many documents are in memory (a gauge). */
    openDocuments: () => documents.size(),
    close: () => sync.close(),
  }
}

function additionDoc(addition: Addition): ProseDoc {
  const plain = docFromText(addition.text)
  const { runId } = addition
  if (runId === undefined) return plain
  const mark = (node: ProseNode): ProseNode => {
    if (node.type === 'text') return { ...node, marks: [{ type: 'ai', attrs: { runId } }] }
    return node.content ? { ...node, content: node.content.map(mark) } : node
  }
  return { type: 'doc', content: plain.content.map(mark) }
}
