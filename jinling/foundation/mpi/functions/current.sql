-- Face: every context may call it.
-- Whose facts are whose: every record and the person it now counts for. Merges are rows of mpi_link and
-- nothing else; removing the row (an unmerge) gives each record its own facts back.
CREATE OR REPLACE FUNCTION mpi_current(record uuid) RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    up uuid;
BEGIN
    LOOP
        SELECT survivor_id INTO up FROM mpi_link WHERE patient_id = record;
        IF NOT FOUND THEN
            RETURN record;
        END IF;
        record := up;
    END LOOP;
END $$;
