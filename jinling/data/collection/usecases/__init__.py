"""The verbs of collection: intake of files, declarations and deployments, generated rows."""
