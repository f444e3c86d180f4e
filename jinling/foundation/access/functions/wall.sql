-- Row security: jinling_reader sees a patient's rows only while they are named for the transaction.
CREATE OR REPLACE FUNCTION access_named_patients() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(coalesce(current_setting('jinling.patients', true), ''), ',')
$$;

-- Face: migrations of every context call it.
-- access_wall('mpi_patient', 'id') puts the table behind the wall.
CREATE OR REPLACE FUNCTION access_wall(place regclass, patient_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', place);
    EXECUTE format('DROP POLICY IF EXISTS named_patients ON %s', place);
    EXECUTE format('CREATE POLICY named_patients ON %s FOR SELECT TO jinling_reader USING (%I::text = ANY (access_named_patients()))',
                   place, patient_column);
    EXECUTE format('GRANT SELECT ON %s TO jinling_reader', place);
END $$;
