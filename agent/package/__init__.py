"""The auditor's package: what a window's evidence shows, to be proved without trust in us."""
