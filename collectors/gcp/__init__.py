"""Google Cloud, read: one reader for a project, one for an organisation, a module a subject."""
