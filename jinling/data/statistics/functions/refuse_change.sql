-- What was released is final; the triggers on the table call this. Only what waits for its second person may be judged.
CREATE OR REPLACE FUNCTION statistics_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'prepared' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a release begins as prepared' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'prepared' AND NEW.state <> 'prepared'
        AND (NEW.id, NEW.period, NEW.version, NEW.digest, NEW.cut_off, NEW.reason, NEW.prepared_by, NEW.prepared_at)
            = (OLD.id, OLD.period, OLD.version, OLD.digest, OLD.cut_off, OLD.reason, OLD.prepared_by, OLD.prepared_at)
        AND NEW.document = OLD.document AND NEW.directory = OLD.directory AND NEW.changes = OLD.changes
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'releases are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;
