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

CREATE TRIGGER directory_organizationversion_is_final BEFORE UPDATE OR DELETE ON directory_organizationversion
    FOR EACH ROW EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_organizationversion_is_not_emptied BEFORE TRUNCATE ON directory_organizationversion
    FOR EACH STATEMENT EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_districtversion_is_final BEFORE UPDATE OR DELETE ON directory_districtversion
    FOR EACH ROW EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_districtversion_is_not_emptied BEFORE TRUNCATE ON directory_districtversion
    FOR EACH STATEMENT EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_succession_is_final BEFORE UPDATE OR DELETE ON directory_succession
    FOR EACH ROW EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_succession_is_not_emptied BEFORE TRUNCATE ON directory_succession
    FOR EACH STATEMENT EXECUTE FUNCTION directory_only_superseded();
CREATE TRIGGER directory_organization_code_stays BEFORE UPDATE OF code ON directory_organization
    FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION directory_code_stays();
