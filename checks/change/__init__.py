"""How changes reach production (CC8)."""
