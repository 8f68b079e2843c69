"""Joins: records of several sources in, records about their relation out. No reader, no I/O."""
