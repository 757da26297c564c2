import type { DocumentEdge, Prose, StoryDocument } from './story-document.ts'

/** What the playable page carries, as JSON in a data block. Read by lib/client/play-page.ts. */
export interface PlayPageData {
  readonly title: string
  readonly startSceneId: string | null
  readonly scenes: readonly {
    readonly id: string
    readonly type: string
    readonly title: string
    readonly prose: Prose
    readonly panels: readonly {
      readonly image: string
      readonly alt: string
      readonly width: number
      readonly height: number
      /** Key of the lettering over the picture in `images`, or null. */
      readonly letters: string | null
    }[]
  }[]
  readonly edges: readonly Pick<
    DocumentEdge,
    'id' | 'from' | 'to' | 'type' | 'order' | 'choiceText' | 'condition' | 'effects' | 'once' | 'returns'
  >[]
  readonly variables: readonly Pick<
    StoryDocument['variables'][number],
    'id' | 'name' | 'kind' | 'scope' | 'default' | 'options'
  >[]
  /** data: addresses by SHA-256. */
  readonly images: Readonly<Record<string, string>>
  readonly words: PlayPageWords
}

/** The page's own words, in English; a story's text keeps its language. */
export interface PlayPageWords {
  readonly back: string
  readonly restart: string
  readonly choices: string
  readonly theEnd: string
  readonly deadEnd: string
  readonly noStart: string
  readonly continueTo: string
  readonly returnTo: string
  readonly leaving: string
  readonly openLink: string
  readonly stay: string
}
