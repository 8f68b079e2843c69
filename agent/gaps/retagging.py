"""Whose what fails is by now: tags and code owners are those of the newest reading."""

from collections.abc import Container, Iterable, Iterator, Mapping

from msgspec.structs import replace

from agent.gaps.events import FindingRetagged
from agent.gaps.lifecycle import Moment
from agent.gaps.owners import named_by_tags
from agent.gaps.states import Finding


def retagged(
    known: Iterable[Finding],
    tags: Mapping[str, Mapping[str, str]],
    owners: Mapping[str, str],
    moment: Moment,
    *,
    closing: Container[str],
) -> Iterator[FindingRetagged]:
    """What still fails and has tags by which somebody else answers for it.

    Tags that name nobody may move as they like: nothing is told of them.

    Args:
        known: Findings of one check and scope.
        tags: By subject, where the tags are known; of the others they stay what they were.
        owners: As they are configured.
        moment: When this happens.
        closing: The subjects that fail no more.
    """
    for finding in known:
        now = tags.get(finding.subject)
        if now is None or now == finding.tags or finding.over or finding.subject in closing:
            continue
        if named_by_tags(finding, owners) != named_by_tags(replace(finding, tags=now), owners):
            yield FindingRetagged(
                at=moment.at,
                cycle=moment.cycle,
                finding=finding.id,
                check=finding.check,
                scope=finding.scope,
                subject=finding.subject,
                name=finding.name,
                before=finding.tags,
                tags=now,
            )
