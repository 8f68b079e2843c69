"""What stays secret (C1, and the cryptography of CC6)."""
