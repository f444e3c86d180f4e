-- What kept pools have not used by their hour falls to everyone. The caller holds the sessions' locks.
CREATE OR REPLACE FUNCTION scheduling_let_fall(sessions bigint[], as_of timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    moved integer;
BEGIN
    WITH fallen AS (
        UPDATE scheduling_pool p SET size = p.taken
        FROM (SELECT id, size - taken AS rest FROM scheduling_pool
              WHERE session_id = ANY (sessions) AND falls_at <= as_of AND taken < size) x
        WHERE p.id = x.id RETURNING p.session_id, x.rest
    ), sums AS (SELECT session_id, sum(rest)::integer AS rest FROM fallen GROUP BY session_id)
    UPDATE scheduling_pool p SET size = p.size + sums.rest FROM sums
    WHERE p.session_id = sums.session_id AND p.code = 'public';
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;
