"""The shared vocabulary: what was read, typed. No I/O and no vendor's SDK in this room."""
