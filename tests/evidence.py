"""Builders of the smallest valid record: a test names only what it is about."""

from datetime import UTC, datetime

from collectors.evidence.record import Unread

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DENIED = Unread(why="service:Operation: AccessDenied")
