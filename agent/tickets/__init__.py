"""Gaps as tickets where people work: what they say is pure, the tracker does the writing."""
