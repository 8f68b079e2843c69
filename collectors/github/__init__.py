"""GitHub: one organisation, by REST and by GraphQL."""
