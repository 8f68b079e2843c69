"""What survives a loss (A1)."""
