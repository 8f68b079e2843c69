"""What all patterns have in common."""


class NotUnderstood(Exception):
    """A pattern is written in a way that we cannot read: what it catches is not known."""
