"""Settings that whoever may list things can read."""

from typing import Literal

from collectors.evidence.record import Fact, Record, Unread

Form = Literal[
    "function",
    "task definition",
    "build project",
    "data job",
    "machine",
    "launch template",
    "parameter",
]


class Setting(Fact, frozen=True, tag="aws.setting"):
    """A setting by its name; its value was never kept."""

    name: str
    resembles: tuple[str, ...]
    """What the value looks like: kinds of credentials, or of what cannot be one."""


class PlainSettings(Record, frozen=True, tag="aws.plain_settings"):
    """What runs or starts with settings, or is one itself."""

    form: Form
    settings: tuple[Setting, ...] | Unread
