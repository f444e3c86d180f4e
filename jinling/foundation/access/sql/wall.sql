-- The second wall: a database role that sees a patient's rows only while they are named for the transaction.
-- Reading on behalf of a person happens under this role (SET LOCAL ROLE), so that a query that forgot its
-- condition, or was bent by an injection, still returns nobody else's rows. The platform's own role writes.
DO $$ BEGIN
    CREATE ROLE jinling_reader NOLOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    EXECUTE format('GRANT jinling_reader TO %I', current_user);
EXCEPTION WHEN OTHERS THEN NULL;  -- a superuser needs no membership; others were given it by who made the role
END $$;

CREATE FUNCTION access_named_patients() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(coalesce(current_setting('jinling.patients', true), ''), ',')
$$;

-- access_wall('mpi_patient', 'id') puts the table behind the wall.
CREATE FUNCTION access_wall(place regclass, patient_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', place);
    EXECUTE format('DROP POLICY IF EXISTS named_patients ON %s', place);
    EXECUTE format('CREATE POLICY named_patients ON %s FOR SELECT TO jinling_reader USING (%I::text = ANY (access_named_patients()))',
                   place, patient_column);
    EXECUTE format('GRANT SELECT ON %s TO jinling_reader', place);
END $$;
SELECT access_wall('access_consent', 'patient');
SELECT access_wall('access_emergency', 'patient');
SELECT access_wall('audit_entry', 'patient');
