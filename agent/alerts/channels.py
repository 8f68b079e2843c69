"""How a message leaves: by apprise to mail, Slack, webhooks and the rest, or into memory."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from agent.alerts.message import Message

if TYPE_CHECKING:
    from apprise import Apprise, AppriseResult

SECONDS_TO_CONNECT = 10
SECONDS_OF_SILENCE = 15
SECONDS_FOR_ALL = 60
WEBHOOKS = {"json", "jsons"}
MAIL = {"mailto", "mailtos"}
KEY_HEADER = "Idempotency-Key"
USUAL_PORTS = {"json": 80, "jsons": 443, "mailto": 25, "mailtos": 587}
PROBE = Message(key="", title="", body="", payload={})
REFUSAL = re.compile(r"error=(\d{3})\b|\((\d{3}), b['\"]")
"""The receiver's code as apprise logs it: of an HTTP answer, and of smtplib's errors."""


class NotDelivered(Exception):
    """A channel did not take a message; the reason holds no address and no secret."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channel(Protocol):
    """Whatever can take a message to an address."""

    def send(self, message: Message, to_url: str) -> None:
        """Hand the message over.

        Raises:
            NotDelivered: the receiver did not take it, as far as we know.
        """
        ...

    def probe(self, to_url: str) -> str:
        """Look whether the address can be used, and say what was found; nothing is sent.

        Raises:
            NotDelivered: nothing could be delivered there.
        """
        ...


@dataclass(frozen=True)
class RecordingChannel:
    """Keeps what it was given: what would have been sent, for dry runs and tests alike."""

    sent: list[tuple[Message, str]] = field(default_factory=list)

    def send(self, message: Message, to_url: str) -> None:
        """Keep the message and its address in memory."""
        self.sent.append((message, to_url))

    def probe(self, to_url: str) -> str:
        """Whatever the address is, memory takes it."""
        del to_url
        return "kept in memory"


class AppriseChannel:
    """Sends by any address apprise knows: `mailto://`, `jsons://`, Slack and a hundred more.

    A plain `https://` address that apprise knows no service for is taken as a webhook.
    """

    def send(self, message: Message, to_url: str) -> None:
        """Hand the message to the one service behind the address."""
        import apprise  # noqa: PLC0415 - loads every plugin: only when something is sent

        _keep_addresses_out_of_logs()
        result = _service(message, to_url).notify(
            title=message.title,
            body=message.body,
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType.WARNING,
            timeout=SECONDS_FOR_ALL,
            log_level=logging.DEBUG,
        )
        if not result:
            raise NotDelivered(_why(result))

    def probe(self, to_url: str) -> str:
        """Have the address understood; where it names a host itself, look who listens there."""
        from agent.alerts.probing import reached  # noqa: PLC0415 - it rests on this module

        _keep_addresses_out_of_logs()
        (service,) = _service(PROBE, to_url)
        schema = str(_settings(PROBE, to_url)["schema"])
        if schema in USUAL_PORTS:
            host: str = getattr(service, "smtp_host", None) or service.host or ""
            return reached(host, service.port or USUAL_PORTS[schema])
        name = service.service_name
        return f"an address of {name}; whether it is taken, a test message shows"


def _service(message: Message, to_url: str) -> "Apprise":
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - only when something is sent

    asset = AppriseAsset(
        app_id="gapwatch",
        app_desc="gapwatch alerts",
        http_redirects=False,  # a redirected POST arrives as a GET without its body
        async_mode=False,
    )
    service = Apprise(asset=asset)
    if not service.add(_settings(message, to_url)):
        raise NotDelivered("the address is incomplete for its kind of service")
    return service


def _settings(message: Message, to_url: str) -> dict[str, Any]:
    """The address as apprise understands it, with what is special about our message.

    A webhook is apprise's `json` plugin. It posts `title` and `message` and, beside them,
    every pair of its `payload` setting, which a URL spells `:key=value`: a pair with a known
    name renames that field, or leaves it out when the value is empty. Handing the setting
    over as a value instead of a URL lets it carry structure.
    """
    from apprise.plugins import url_to_dict  # noqa: PLC0415 - only when something is sent

    understand: Callable[[str], dict[str, Any] | None] = url_to_dict
    settings = understand(to_url)
    if settings is None and to_url.startswith(("http://", "https://")):
        settings = understand(to_url.replace("http", "json", 1))
    if settings is None:
        raise NotDelivered("the address is of no kind that alerts can be sent to")
    settings.setdefault("cto", SECONDS_TO_CONNECT)
    settings.setdefault("rto", SECONDS_OF_SILENCE)
    if settings["schema"] in WEBHOOKS | MAIL:
        settings["headers"] = {**settings["headers"], KEY_HEADER: message.key}
    if settings["schema"] in WEBHOOKS:
        renamed = {"message": "body", "version": "", "type": "", "attachments": ""}
        added = {"key": message.key, "payload": message.payload}
        settings["payload"] = {**settings["payload"], **renamed, **added}
    return settings


def _why(result: "AppriseResult") -> str:
    """What the receiver answered, without a word of what apprise wrote around it."""
    from apprise import AppriseResultStatus  # noqa: PLC0415 - only when something is sent

    if result.status is AppriseResultStatus.TIMEOUT:
        return f"the receiver did not answer within {SECONDS_FOR_ALL} seconds"
    for entry in result.logs():
        code = REFUSAL.search(entry.message)
        if code:
            return f"the receiver answered {code[1] or code[2]}"
    return "the receiver could not be reached, or broke off"


class _NoDebug(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG


_NO_DEBUG = _NoDebug()
_NOWHERE = logging.NullHandler()


def _keep_addresses_out_of_logs() -> None:
    """The address of a channel is its secret, and both libraries log parts of addresses.

    apprise is heard by `_why` alone; urllib3 writes the path of every request at debug.
    """
    heard = logging.getLogger("apprise")
    heard.propagate = False
    heard.setLevel(logging.DEBUG)
    heard.addHandler(_NOWHERE)
    logging.getLogger("urllib3.connectionpool").addFilter(_NO_DEBUG)
