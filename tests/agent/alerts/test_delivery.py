"""Every alert is sent at least once; a failure waits longer each time and holds up no other."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from agent.alerts.channels import AppriseChannel, NotDelivered, RecordingChannel
from agent.alerts.delivery import DELAYS, DeliveryReport, deliver
from tests.agent.alerts.conftest import HANG_UP
from tests.agent.alerts.told import context, drifted, gap_opened
from tests.evidence import NOW

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Claimed:
    message_id: str
    route: str
    entries: tuple
    attempts: int


@dataclass
class Waiting:
    claimed: Claimed
    due: object = NOW
    why: str = ""


@dataclass
class MemoryOutbox:
    """What the store's outbox does, in memory."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    ended: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def put(self, message_id, route, *events, attempts=0):
        entries = tuple(enumerate(events or (gap_opened(), drifted()), 1))
        claimed = Claimed(message_id, route, entries, attempts)
        self.waiting[message_id] = Waiting(claimed)
        return self

    def claim(self, now):
        return [waiting.claimed for waiting in self.waiting.values() if waiting.due <= now]

    def sent(self, message_id, at):
        del self.waiting[message_id]
        self.ended[message_id] = ("sent", at)

    def failed(self, message_id, at, next_attempt_at, why):
        assert at < next_attempt_at
        claimed = self.waiting[message_id].claimed
        again = replace(claimed, attempts=claimed.attempts + 1)
        self.waiting[message_id] = Waiting(again, next_attempt_at, why)

    def dead(self, message_id, at, attempts, why):
        del self.waiting[message_id]
        self.ended[message_id] = ("dead", at, attempts, why)


class Killed(BaseException):
    """The process ended here."""


class KilledBeforeMarking(MemoryOutbox):
    def sent(self, message_id, at):
        raise Killed(message_id, at)


class Refusing(RecordingChannel):
    def send(self, message, to_url):
        super().send(message, to_url)
        raise NotDelivered("the receiver answered 503")


def attempt(outbox, channel, *, reach=None, now=NOW):
    return deliver(outbox, reach or (lambda to: (channel, to)), lambda _: context(), now=now)


def test_a_message_is_sent_once_and_not_again():
    outbox, channel = MemoryOutbox().put("M-1", "json://a"), RecordingChannel()

    assert attempt(outbox, channel) == DeliveryReport(sent=("M-1",))
    assert attempt(outbox, channel, now=NOW + timedelta(days=9)) == DeliveryReport()
    ((message, url),) = channel.sent
    assert url == "json://a"
    assert message.payload["changes_total"] == 2


def test_killed_between_sending_and_marking_the_same_message_comes_again(web):
    outbox = KilledBeforeMarking().put("M-1", web.url)
    with pytest.raises(Killed):
        attempt(outbox, AppriseChannel())
    after = MemoryOutbox(waiting=outbox.waiting)

    assert attempt(after, AppriseChannel()).sent == ("M-1",)
    first, second = web.posts
    assert first.json == second.json
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_delays_grow_and_then_the_message_is_given_up():
    outbox, channel, now, waits = MemoryOutbox().put("M-1", "json://a"), Refusing(), NOW, []
    while attempt(outbox, channel, now=now).failed:
        waits.append(outbox.waiting["M-1"].due - now)
        now = outbox.waiting["M-1"].due

    assert waits == list(DELAYS) == sorted(DELAYS)
    assert outbox.ended == {"M-1": ("dead", now, 14, "the receiver answered 503")}
    assert len({message.key for message, _ in channel.sent}) == 1


def test_it_is_not_tried_again_before_it_is_due(mail):
    outbox = MemoryOutbox().put("M-1", mail.url)
    mail.answers = ["451 4.3.0 try again later"]

    assert attempt(outbox, AppriseChannel()).failed == ("M-1",)
    assert outbox.waiting["M-1"].why == "the receiver answered 451"
    assert attempt(outbox, AppriseChannel(), now=NOW + 0.99 * MINUTE) == DeliveryReport()
    assert attempt(outbox, AppriseChannel(), now=NOW + MINUTE).sent == ("M-1",)
    assert len(mail.letters) == 1


def test_one_that_fails_holds_up_no_other(web, mail):
    web.answers = [HANG_UP]
    outbox = MemoryOutbox().put("M-1", web.url).put("M-2", mail.url).put("M-3", web.url)

    assert attempt(outbox, AppriseChannel()) == DeliveryReport(sent=("M-2", "M-3"), failed=("M-1",))


def test_a_missing_secret_is_a_failed_attempt_that_tells_no_secret():
    def reach(route):
        if route == "env:SLACK_URL":
            raise KeyError("https://hooks.slack.test/s3cret")
        return RecordingChannel(), route

    outbox = MemoryOutbox().put("M-1", "env:SLACK_URL").put("M-2", "json://a")

    report = attempt(outbox, None, reach=reach)
    assert report == DeliveryReport(sent=("M-2",), failed=("M-1",))
    assert outbox.waiting["M-1"].why == "it could not be written or sent: KeyError"


def test_a_crash_of_the_channel_costs_one_message_and_tells_no_secret():
    class Crashing(RecordingChannel):
        def send(self, message, to_url):
            if to_url == "json://a":
                raise ValueError(to_url)
            super().send(message, to_url)

    outbox = MemoryOutbox().put("M-1", "json://a").put("M-2", "json://b")

    assert attempt(outbox, Crashing()) == DeliveryReport(sent=("M-2",), failed=("M-1",))
    assert outbox.waiting["M-1"].why == "it could not be written or sent: ValueError"
