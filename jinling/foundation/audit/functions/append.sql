-- Face: every context may call it.
-- Appends entries to one lane's hash chain, inside the caller's transaction.
-- A free lane is taken without waiting (a transaction that holds a lane gets its own again); only when
-- all are taken does it wait. The hash covers the previous hash and every column; the text that is
-- hashed is the JSON array of the columns, which any language can rebuild.
-- ``stamp`` is the present as the use case read it.
CREATE OR REPLACE FUNCTION audit_append(entries jsonb, stamp timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    head audit_lane%ROWTYPE;
    e jsonb;
    micros bigint := (extract(epoch FROM stamp) * 1000000)::bigint;
BEGIN
    SELECT * INTO head FROM audit_lane ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        SELECT * INTO STRICT head FROM audit_lane
        WHERE lane = pg_backend_pid() % (SELECT count(*) FROM audit_lane) FOR UPDATE;
    END IF;
    FOR e IN SELECT value FROM jsonb_array_elements(entries) LOOP
        head.seq := head.seq + 1;
        head.hash := sha256(head.hash || convert_to(json_build_array(
            head.lane, head.seq, micros, e->>'actor_kind', e->>'actor', e->>'role', e->>'organization',
            e->>'purpose', e->>'channel', e->>'request_id', e->>'action', e->>'outcome', e->>'patient',
            e->>'target', e->>'detail')::text, 'UTF8'));
        INSERT INTO audit_entry (lane, seq, at, actor_kind, actor, role, organization, purpose, channel,
                                 request_id, action, outcome, patient, target, detail, hash)
        VALUES (head.lane, head.seq, stamp, e->>'actor_kind', e->>'actor', e->>'role', e->>'organization',
                e->>'purpose', e->>'channel', e->>'request_id', e->>'action', e->>'outcome', e->>'patient',
                e->>'target', e->>'detail', head.hash);
    END LOOP;
    UPDATE audit_lane SET seq = head.seq, hash = head.hash WHERE lane = head.lane;
END $$;
