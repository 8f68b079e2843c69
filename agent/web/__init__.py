"""The page: what the store knows, for a browser on this machine; it only reads."""
