-- Face: every context may call it.
-- Announces events inside the caller's transaction: a JSON array of {"type", "payload"}.
CREATE OR REPLACE FUNCTION outbox_append(events jsonb, stamp timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox_event (type, payload, at)
    SELECT value->>'type', value->'payload', stamp FROM jsonb_array_elements(events)
$$;
