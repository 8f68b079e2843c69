"""What AWS's own auditors wrote, as far as the account can have it."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class ProviderReport(Fact, frozen=True, tag="aws.provider_report"):
    """A report on AWS."""

    name: str
    series: str
    """AWS's word for its kind."""
    ends_at: Instant | Unread
    """The end of the period it is about."""


class ProviderReports(Record, frozen=True, tag="aws.provider_reports"):
    """An account, with the reports on AWS that are published for it."""

    reports: tuple[ProviderReport, ...] | Unread
