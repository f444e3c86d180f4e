-- Takes numbers for many requests: one statement, one transaction, one answer each.
--
-- requests: JSON array of TakeRequest (values.py), which says what each field is and is held to the record below.
-- as_of is the instant that the rules count by, today its day; stamp is the present, for the audit and what is kept.
-- A patient stands in one call once at most (the caller splits rounds), so that the limits, counted
-- under the person's lock over all records of the person, hold. Locks are taken patients first, then sessions, each in order of id:
-- two calls never wait for each other in a circle.
-- Answers outcome 'taken', 'repeated' (answer = the kept one), or the word for a refusal.
CREATE OR REPLACE FUNCTION scheduling_take(requests jsonb, as_of timestamptz, today date, stamp timestamptz)
RETURNS TABLE (ord integer, outcome text, number integer, answer jsonb) LANGUAGE plpgsql
-- Plans are kept by the connection: one made while the tables were empty must not scan them when they are full.
SET enable_seqscan = off AS $$
DECLARE
    r record;
    s record;
    counted record;
    pool_ids bigint[];
    pool_left integer[];
    pool_used integer[];
    session_ids bigint[];
    session_low integer[];
    acts jsonb[] := '{}';
    events jsonb[] := '{}';
    at_pool integer;
    at_session integer;
    candidate integer;
    last_number integer;
    tried integer;
    claim record;
    person uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock(4, locked.h)
    FROM (SELECT DISTINCT hashtext(mpi_current((value->>'patient')::uuid)::text) AS h
          FROM jsonb_array_elements(requests) ORDER BY h) locked;

    SELECT array_agg(held.id), array_agg(held.low_free) INTO session_ids, session_low
    FROM (SELECT x.id, x.low_free FROM scheduling_session x
          WHERE x.id IN (SELECT (value->>'session')::bigint FROM jsonb_array_elements(requests))
          ORDER BY x.id FOR UPDATE) held;
    IF session_ids IS NULL THEN
        session_ids := '{}';
    END IF;
    PERFORM scheduling_let_fall(session_ids, as_of);
    SELECT array_agg(p.id), array_agg(p.size - p.taken), array_agg(0) INTO pool_ids, pool_left, pool_used
    FROM scheduling_pool p WHERE p.session_id = ANY (session_ids);

    FOR r IN
        SELECT (e.ordinality - 1)::integer AS ord, x.*
        FROM jsonb_array_elements(requests) WITH ORDINALITY e,
             jsonb_to_record(e.value) AS x(
                 id uuid, session bigint, pools bigint[], patient uuid, first integer, last integer, status text,
                 expires_at timestamptz, route text, kind text, at timestamptz, actor text, batch text, replaces uuid,
                 day integer, department integer, doctor integer, active integer,
                 client text, key text, hash text, win boolean, act jsonb, event jsonb)
        ORDER BY 1
    LOOP
        ord := r.ord; number := NULL; answer := NULL;
        IF r.key <> '' THEN
            SELECT * INTO claim FROM idempotency_claim(r.client, r.key, decode(r.hash, 'hex'));
            IF claim.state <> '' THEN
                outcome := claim.state; answer := claim.kept;
                RETURN NEXT; CONTINUE;
            END IF;
        END IF;

        at_session := array_position(session_ids, r.session);
        IF at_session IS NULL THEN
            outcome := 'no_session'; RETURN NEXT; CONTINUE;
        END IF;
        SELECT x.id, x.status, x.release, x.date, x.part, x.capacity, x.organization_id, x.practitioner_id, c.department
        INTO STRICT s FROM scheduling_session x JOIN scheduling_clinic c ON c.id = x.clinic_id WHERE x.id = r.session;
        IF s.status <> 'open' THEN
            outcome := 'closed'; RETURN NEXT; CONTINUE;
        ELSIF s.release = 'draw' AND NOT r.win THEN
            outcome := 'draw'; RETURN NEXT; CONTINUE;
        END IF;

        person := mpi_records(r.patient);
        IF EXISTS (SELECT 1 FROM scheduling_suspension w WHERE w.patient_id = ANY (person) AND w.lifted_at IS NULL
                   AND w.starts_at <= as_of AND w.ends_at > as_of) THEN
            outcome := 'suspended'; RETURN NEXT; CONTINUE;
        END IF;
        SELECT count(*) FILTER (WHERE a.date = s.date) AS of_day,
               count(*) FILTER (WHERE a.date = s.date AND a.organization_id = s.organization_id
                                AND a.department = s.department) AS of_department,
               count(*) FILTER (WHERE a.date = s.date AND a.practitioner_id = s.practitioner_id) AS of_doctor,
               -- What is told afterwards of an earlier time (a replayed month) meets only what stood then.
               count(*) FILTER (WHERE a.status <> 'arrived'
                                AND (as_of > stamp - interval '1 day' OR a.booked_at <= as_of)) AS of_active,
               count(*) FILTER (WHERE a.session_id = r.session) AS of_session
        INTO counted FROM scheduling_appointment a
        WHERE a.patient_id = ANY (person) AND a.date >= least(today, s.date)
          AND a.status IN ('proposed', 'pending', 'booked', 'arrived') AND a.id IS DISTINCT FROM r.replaces;
        IF counted.of_session > 0 THEN
            outcome := 'already_booked'; RETURN NEXT; CONTINUE;
        ELSIF r.day > 0 AND counted.of_day >= r.day THEN
            outcome := 'limit_day'; RETURN NEXT; CONTINUE;
        ELSIF r.department > 0 AND counted.of_department >= r.department THEN
            outcome := 'limit_department'; RETURN NEXT; CONTINUE;
        ELSIF r.doctor > 0 AND counted.of_doctor >= r.doctor THEN
            outcome := 'limit_doctor'; RETURN NEXT; CONTINUE;
        ELSIF r.active > 0 AND counted.of_active >= r.active THEN
            outcome := 'limit_active'; RETURN NEXT; CONTINUE;
        END IF;

        at_pool := NULL;
        FOR i IN 1 .. coalesce(array_length(r.pools, 1), 0) LOOP
            at_pool := array_position(pool_ids, r.pools[i]);
            EXIT WHEN at_pool IS NOT NULL AND pool_left[at_pool] > 0;
            at_pool := NULL;
        END LOOP;
        IF at_pool IS NULL THEN
            outcome := 'full'; RETURN NEXT; CONTINUE;
        END IF;

        candidate := coalesce(r.first, session_low[at_session]);
        last_number := coalesce(r.last, s.capacity);
        tried := 0;
        WHILE candidate <= last_number AND EXISTS (
            SELECT 1 FROM scheduling_appointment a WHERE a.session_id = r.session AND a.number = candidate
              AND a.status NOT IN ('cancelled', 'suspended', 'expired', 'refused'))
        LOOP
            candidate := candidate + 1;
            tried := tried + 1;
            IF tried = 16 THEN  -- a crowded stretch: look over the rest at once
                SELECT min(n.n) INTO candidate FROM generate_series(candidate, last_number) AS n(n)
                WHERE NOT EXISTS (
                    SELECT 1 FROM scheduling_appointment a WHERE a.session_id = r.session AND a.number = n.n
                      AND a.status NOT IN ('cancelled', 'suspended', 'expired', 'refused'));
                candidate := coalesce(candidate, last_number + 1);
            END IF;
        END LOOP;
        IF candidate > last_number THEN
            outcome := CASE WHEN r.first IS NULL THEN 'full' ELSE 'segment_full' END;
            RETURN NEXT; CONTINUE;
        END IF;
        IF r.first IS NULL THEN
            session_low[at_session] := candidate + 1;
        END IF;

        INSERT INTO scheduling_appointment
            (id, session_id, pool_id, number, patient_id, status, date, organization_id, department, practitioner_id,
             route, channel_kind, booked_at, booked_by, expires_at, reason, replaces, batch)
        VALUES
            (r.id, r.session, pool_ids[at_pool], candidate, r.patient, r.status, s.date, s.organization_id,
             s.department, s.practitioner_id, r.route, r.kind, r.at, r.actor, r.expires_at, '', r.replaces, r.batch);
        pool_left[at_pool] := pool_left[at_pool] - 1;
        pool_used[at_pool] := pool_used[at_pool] + 1;

        outcome := 'taken'; number := candidate;
        answer := jsonb_build_object('id', r.id, 'number', candidate);
        acts := acts || r.act;
        IF r.event IS NOT NULL THEN
            events := events || jsonb_set(r.event, '{payload,number}', to_jsonb(candidate));
        END IF;
        IF r.key <> '' THEN
            PERFORM idempotency_keep(r.client, r.key, decode(r.hash, 'hex'), answer, stamp);
        END IF;
        RETURN NEXT;
    END LOOP;

    -- The numbers are taken by a conditional update under the pool's CHECK: were the pool emptied
    -- meanwhile, nothing of this call would stand.
    UPDATE scheduling_pool p SET taken = p.taken + u.used
    FROM unnest(pool_ids, pool_used) AS u(id, used) WHERE p.id = u.id AND u.used > 0 AND p.taken + u.used <= p.size;
    UPDATE scheduling_session x SET low_free = u.low
    FROM unnest(session_ids, session_low) AS u(id, low) WHERE x.id = u.id AND x.low_free <> u.low;
    IF acts <> '{}' THEN
        PERFORM audit_append(to_jsonb(acts), stamp);
    END IF;
    IF events <> '{}' THEN
        PERFORM outbox_append(to_jsonb(events), stamp);
    END IF;
END $$;
