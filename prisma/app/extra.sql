-- Queue of jobs: partial indexes, so that claiming stays fast whatever the history holds.
CREATE INDEX "GpuJob_queued_order" ON "GpuJob" ("class", "turn", "createdAt", "id") WHERE "state" = 'queued';
CREATE INDEX "GpuJob_queued_age" ON "GpuJob" ("createdAt", "id") WHERE "state" = 'queued';
CREATE INDEX "GpuJob_queued_user" ON "GpuJob" ("class", "userId", "turn") WHERE "state" = 'queued';
CREATE INDEX "GpuJob_leased" ON "GpuJob" ("leaseUntil") WHERE "state" = 'leased';
CREATE INDEX "GpuJob_followUp" ON "GpuJob" ("finishedAt") WHERE "state" = 'done' AND "followUp" = 'due';
CREATE INDEX "GpuAttempt_open" ON "GpuAttempt" ("jobId") WHERE "endedAt" IS NULL;

-- The audit log is only ever added to.
CREATE TRIGGER "AuditEntry_no_change" BEFORE UPDATE ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER "AuditEntry_no_removal" BEFORE DELETE ON "AuditEntry" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- A story has one owner at most.
CREATE UNIQUE INDEX "Member_one_owner" ON "Member" ("storyId") WHERE "owner" = 1;
