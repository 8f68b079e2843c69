"""What the local GitHub answers by REST, by area."""
