"""Where all is kept: evidence blobs, the append-only log, and the states worked out from it."""
