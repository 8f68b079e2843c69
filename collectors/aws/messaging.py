"""Queues and topics, with what their attributes say."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.messaging import MessagingResource
from collectors.evidence.record import Unread

QUEUES = ApiCall("sqs", "ListQueues", "sqs:ListQueues")
QUEUE = ApiCall("sqs", "GetQueueAttributes", "sqs:GetQueueAttributes")
TOPICS = ApiCall("sns", "ListTopics", "sns:ListTopics")
TOPIC = ApiCall("sns", "GetTopicAttributes", "sns:GetTopicAttributes")

ASKED_OF_QUEUES = ("Policy", "KmsMasterKeyId", "SqsManagedSseEnabled", "RedrivePolicy")
"""One question, asked alike by all who need it; the counts of messages are left out, which
differ from hour to hour."""


@collector(id="aws.messaging.resources", calls=(QUEUES, QUEUE, TOPICS, TOPIC))
def messaging_resources(region: Region) -> Iterator[MessagingResource]:
    """Every queue and every topic of the region, with its policy and encryption.

    SQS and SNS leave out of an answer what was never set, and SQS the list of queues where
    there is none.
    """

    def queue(url: str) -> MessagingResource:
        name = url.rpartition("/")[2]
        attributes = queue_attributes(region, url)
        return MessagingResource(
            id=f"arn:{region.partition}:sqs:{region.region}:{region.id}:{name}",
            name=name,
            account_id=region.id,
            form="queue",
            statements=policy_in(QUEUE, _if_set(attributes, "Policy"), "Policy"),
            key=_set(attributes, "KmsMasterKeyId"),
            encrypted_by_service=attributes
            if isinstance(attributes, Unread)
            else attributes.get("SqsManagedSseEnabled") == "true",
        )

    def topic(listed: Response) -> MessagingResource:
        arn: str = listed["TopicArn"]
        attributes = told(TOPIC, region.detail(TOPIC, TopicArn=arn), "Attributes", dict)
        return MessagingResource(
            id=arn,
            name=arn.rpartition(":")[2],
            account_id=region.id,
            form="topic",
            statements=policy_in(TOPIC, _if_set(attributes, "Policy"), "Policy"),
            key=_set(attributes, "KmsMasterKeyId"),
            encrypted_by_service=False,
        )

    yield from region.in_turn(
        region.concurrently(queue, region.each_if_any(QUEUES, "QueueUrls")),
        region.concurrently(topic, region.each(TOPICS, "Topics")),
    )


def queue_attributes(region: Region, url: str) -> Response | Unread:
    """What a queue says of itself; SQS leaves the list out where nothing asked for is set."""
    answer = region.detail(QUEUE, QueueUrl=url, AttributeNames=[*ASKED_OF_QUEUES])
    return answer if isinstance(answer, Unread) else answer.get("Attributes") or {}


def _if_set(attributes: Response | Unread, name: str) -> Response | Unread | None:
    return attributes if isinstance(attributes, Unread) or attributes.get(name) else None


def _set(attributes: Response | Unread, name: str) -> str | Unread | None:
    return attributes if isinstance(attributes, Unread) else attributes.get(name) or None
