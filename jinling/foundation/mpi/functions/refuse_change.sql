-- Merges and unmerges are final; the trigger on their table calls this.
CREATE OR REPLACE FUNCTION mpi_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'merges and unmerges are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;
