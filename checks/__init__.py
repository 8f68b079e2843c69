"""Is it as promised? Pure functions from one record to one verdict, sorted by promise."""
