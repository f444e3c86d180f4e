-- Whose facts are whose: every record and the person it now counts for. Merges are rows of mpi_link and
-- nothing else; removing the row (an unmerge) gives each record its own facts back.
CREATE FUNCTION mpi_current(record uuid) RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
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

CREATE VIEW mpi_patient_current AS
    SELECT patient_id, mpi_current(survivor_id) AS current_id FROM mpi_link
    UNION ALL
    SELECT id, id FROM mpi_patient WHERE NOT EXISTS (SELECT FROM mpi_link WHERE mpi_link.patient_id = mpi_patient.id);

CREATE FUNCTION mpi_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'merges and unmerges are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER mpi_linkage_is_final BEFORE UPDATE OR DELETE ON mpi_linkage
    FOR EACH ROW EXECUTE FUNCTION mpi_refuse_change();
