"""When to read, where to keep it, who hears of it."""
