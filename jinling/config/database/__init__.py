"""The database: where it stands, made ready for a command, its SQL functions, its sealed values renewed."""
