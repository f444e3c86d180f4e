-- Frees the numbers of appointments that left the live states; the caller has changed their status
-- and holds the sessions' locks.
CREATE OR REPLACE FUNCTION scheduling_free(appointments uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE scheduling_pool p SET taken = p.taken - x.freed
    FROM (SELECT pool_id, count(*)::integer AS freed FROM scheduling_appointment WHERE id = ANY (appointments)
          GROUP BY pool_id) x WHERE p.id = x.pool_id;
    UPDATE scheduling_session s SET low_free = x.low
    FROM (SELECT session_id, min(number) AS low FROM scheduling_appointment WHERE id = ANY (appointments)
          GROUP BY session_id) x WHERE s.id = x.session_id AND x.low < s.low_free;
END $$;
