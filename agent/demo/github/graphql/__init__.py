"""What the local GitHub answers by GraphQL."""
