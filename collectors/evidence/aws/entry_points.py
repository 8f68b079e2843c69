"""Where the internet comes in by HTTP: APIs, and the lists of rules in front of them."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class ApiStage(Record, frozen=True, tag="aws.api_stage"):
    """A deployed stage of an API, or a GraphQL API, with its logs."""

    form: str
    """`REST`, `HTTP`, `WEBSOCKET` or `GraphQL`."""
    access_log: bool | Unread
    """Whether access logs go somewhere; a GraphQL API has none."""
    level: str | Unread | None
    """What is logged of each execution, in AWS's word; `None` where none is set."""
    log_role: bool | Unread
    """Whether a GraphQL API has a role to write its log with; the others need none of their own."""


class WebAcl(Record, frozen=True, tag="aws.web_acl"):
    """A list of rules in front of entry points, with what it writes down."""

    form: Literal["regional", "global"]
    logged: bool | Unread
    silent: tuple[str, ...] | Unread
    """The rules, groups included, that publish no metric."""


class EntryPoint(Record, frozen=True, tag="aws.entry_point"):
    """Something that answers the internet and can have a web ACL in front of it."""

    form: Literal["distribution", "load balancer", "API stage", "GraphQL API"]
    enabled: bool | Unread
    acl: str | Unread | None
    """The ARN of its web ACL; `None` where it has none."""
    blocks: bool | Unread | None
    """Whether that web ACL turns anything away; `None` without one."""
    behind: str | Unread | None
    """The covered distribution through which alone it can be reached, if there is one."""
