"""A GitHub App as an organisation installed it: another way to sign in than a token."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Which App, where it is installed, and the key that proves to be it."""

    app: int
    number: int
    key: str = field(repr=False)
    """The App's private key, in PEM; it signs requests for tokens of an hour and nothing else."""
