"""The record of configuration changes that AWS Config keeps."""

from collectors.evidence.record import Fact, Record, Unread


class Recorder(Fact, frozen=True, tag="aws.config_recorder"):
    """The configuration recorder a customer runs in one region."""

    name: str | Unread
    recording: bool | Unread
    last_status: str | Unread
    """AWS's word for the latest recording: pending, success or failure."""
    strategy: str | Unread
    """AWS's word for which resource types are recorded: all, all but some, or only some."""
    excluded_types: frozenset[str] | Unread
    """Resource types left out, where the strategy is all but some; empty elsewhere."""


class ConfigurationRecording(Record, frozen=True, tag="aws.configuration_recording"):
    """A region of an account, with the recorder of its configuration."""

    recorder: Recorder | Unread | None
    """`None` when there is none of the customer's own: those that services run do not count."""
    delivers: bool | Unread
    """Whether a delivery channel exists."""
