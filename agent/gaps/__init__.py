"""Findings, control states, gaps and drift: pure functions, assessments in and events out."""
