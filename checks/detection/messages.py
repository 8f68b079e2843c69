"""Does somebody hear of messages that nobody could handle?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.dead_letters import DeadLetters
from collectors.evidence.record import Unread


@check(
    id="aws.sqs.dead-letters-watched",
    title="Messages that fail are kept, and somebody is told",
    controls=("PIN-02", "PIN-03"),
    severity=Severity.MEDIUM,
    remediation="Give the queue a dead-letter queue, and that one an alarm on its depth.",
    empty=Outcome.NOT_APPLICABLE,
)
def sqs_dead_letters_watched(queue: DeadLetters) -> Verdict:
    """A message that cannot be handled is tried until it expires, and then it is gone.

    A queue needs a dead-letter queue on whose depth an alarm is set that tells somebody. A
    dead-letter queue itself needs the alarm only. It is known by the queues that send to it:
    one that only functions or topics send to is taken for an ordinary queue.
    """
    if isinstance(queue.target, Unread):
        return undetermined(queue.target)
    if queue.target is None and queue.receives is False:
        return failed("messages that fail are not kept")
    if isinstance(queue.alarms, Unread):
        return undetermined(queue.alarms)
    watched = queue.target or queue.id
    if not queue.alarms:
        return failed("nobody is told when messages fail", no_alarm_on=watched)
    if queue.target is None and isinstance(queue.receives, Unread):
        return undetermined(queue.receives)
    return passed("somebody is told when messages fail", alarms=queue.alarms)
