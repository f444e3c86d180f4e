-- What was believed of institutions and districts is never changed or removed; the triggers on the tables call this.
-- One thing is still to be said of a belief: that it was given up, and when.
CREATE OR REPLACE FUNCTION directory_only_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
           AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was believed is never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;

-- The code of an institution is its identity.
CREATE OR REPLACE FUNCTION directory_code_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the code of an institution is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
