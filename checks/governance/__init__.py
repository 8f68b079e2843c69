"""What people promised, learnt and reviewed (CC1 to CC5, CC9)."""
