import { z } from 'zod'
import { OverQuotaError } from '#lib/kernel/errors.ts'
import type { AppDb } from '../app-db.ts'

const MB = 1024 * 1024

/** How much of the disk the pictures of one person's stories may take (F1). */
export interface Quota {
  /**
   * Throws OverQuotaError where `bytes` more for this story are too many. They count for whoever owns the story; `owner`
   * says who will, where it is not there yet. What nobody owns counts for the installation's owner.
   */
  readonly refuseBeyond: (storyId: string, bytes: number, owner?: string) => Promise<void>
}

const sums = z.tuple([z.object({ used: z.union([z.number(), z.bigint()]).transform(Number) })])

/** Counts in app.db: every picture once for each story that shows it. */
export function createQuota({ app, limitBytes }: { app: AppDb; limitBytes: number }): Quota {
  return {
    refuseBeyond: async (storyId, bytes, owner) => {
      const rows = await app.$queryRaw`
        WITH house AS (SELECT "userId" FROM "Ownership"),
        payer AS (SELECT coalesce(${owner ?? null},
          (SELECT "userId" FROM "Member" WHERE "storyId" = ${storyId} AND "owner" = 1), (SELECT * FROM house)) AS id)
        SELECT coalesce(sum("bytes"), 0) AS used FROM "Image" AS i WHERE i."storyId" = ${storyId} OR coalesce(
          (SELECT "userId" FROM "Member" AS m WHERE m."storyId" = i."storyId" AND m."owner" = 1), (SELECT * FROM house))
          = (SELECT id FROM payer)`
      const [{ used }] = sums.parse(rows)
      if (used + bytes <= limitBytes) return
      const size = (of: number) => `${Math.ceil(of / MB).toLocaleString('en')} MB`
      throw new OverQuotaError(
        `There is no room for this picture: the pictures of the stories of this story's owner take ${size(used)} of ${size(limitBytes)}. Nothing was stored. Hand a story over to somebody with room, or ask whoever runs this installation for more (LOOM_QUOTA_MB).`,
        { usedBytes: used, limitBytes, bytes },
      )
    },
  }
}
