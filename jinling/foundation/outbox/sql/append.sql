-- Announces events inside the caller's transaction: a JSON array of {"type", "payload"}.
CREATE FUNCTION outbox_append(events jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox_event (type, payload)
    SELECT value->>'type', value->'payload' FROM jsonb_array_elements(events)
$$;
