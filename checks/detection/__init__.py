"""What is recorded, and who would notice (CC7)."""
