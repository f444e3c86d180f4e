-- Face: every context may call it.
-- All records that count for the same person as this one, the surviving one first. Most people have one record, which
-- two index lookups tell; only then the merges are followed.
CREATE OR REPLACE FUNCTION mpi_records(record uuid) RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM mpi_link WHERE patient_id = record OR survivor_id = record) THEN
        RETURN ARRAY[record];
    END IF;
    RETURN (
        WITH RECURSIVE person(id, depth) AS (
            SELECT mpi_current(record), 0
            UNION ALL
            SELECT mpi_link.patient_id, depth + 1 FROM mpi_link JOIN person ON mpi_link.survivor_id = person.id
        )
        SELECT array_agg(id ORDER BY depth, id) FROM person
    );
END $$;
