-- For set-based verbs that settle many keyed requests in one statement; once() in usecases.py does the same for one.

-- Face: every context may call it.
-- What is known of a client's key: '' new (and now claimed by this transaction), 'running', 'reused', or 'repeated'.
CREATE OR REPLACE FUNCTION idempotency_claim(of_client text, of_key text, of_hash bytea, OUT state text, OUT kept jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    known idempotency_answer%ROWTYPE;
BEGIN
    kept := NULL;
    IF NOT pg_try_advisory_xact_lock(hashtextextended(of_client || chr(31) || of_key, 7)) THEN
        state := 'running';
        RETURN;
    END IF;
    SELECT * INTO known FROM idempotency_answer WHERE client = of_client AND key = of_key;
    IF NOT FOUND THEN
        state := '';
    ELSIF known.body_hash <> of_hash THEN
        state := 'reused';
    ELSE
        state := 'repeated';
        kept := known.answer;
    END IF;
END $$;

-- Face: every context may call it.
-- Keeps the answer that a repeated request gets.
CREATE OR REPLACE FUNCTION idempotency_keep(
    of_client text, of_key text, of_hash bytea, of_answer jsonb, stamp timestamptz
) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO idempotency_answer (client, key, body_hash, answer, at)
    VALUES (of_client, of_key, of_hash, of_answer, stamp)
$$;
