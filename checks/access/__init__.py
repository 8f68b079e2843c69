"""Who may reach what (CC6)."""
