-- The records that turns can be decided again from are three quarters of what a conversation leaves: kept for a month.

ALTER TABLE omni_conversations ADD COLUMN records_cleared_at TEXT;
CREATE INDEX idx_omni_conversations_records ON omni_conversations (last_message_at)
  WHERE status = 'closed' AND records_cleared_at IS NULL;

-- The carrier's copy of a recording that we have stored.
ALTER TABLE call_recordings ADD COLUMN copy_due_at TEXT;
CREATE INDEX idx_call_recordings_copy ON call_recordings (copy_due_at) WHERE copy_due_at IS NOT NULL;
