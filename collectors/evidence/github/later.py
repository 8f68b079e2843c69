"""What evidence of older versions does not hold."""

from collectors.evidence.record import Unread

LATER = Unread(why="not collected before 0.2")
