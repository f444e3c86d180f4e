-- Signed heads are final, as entries are.
CREATE TRIGGER audit_signedhead_is_final BEFORE UPDATE OR DELETE ON audit_signedhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_signedhead_is_not_emptied BEFORE TRUNCATE ON audit_signedhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
