"""Does the company know what it has, and whose it is?"""

from collections.abc import Mapping

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.inventory import RegionIndex
from collectors.evidence.aws.tags import TaggedStore
from collectors.evidence.record import Unread

CLASSIFICATION = "classification"


@check(
    id="aws.tags.store-classified",
    title="Data stores say whose they are and what lies in them",
    controls=("DAT-01", "AST-01", "PRV-03"),
    severity=Severity.MEDIUM,
    remediation="Tag the store.",
    empty=Outcome.NOT_APPLICABLE,
)
def tags_store_classified(
    store: TaggedStore,
    *,
    tags: tuple[str, ...] = ("owner", "environment", "classification"),
    classes: tuple[str, ...] = ("public", "internal", "confidential", "restricted"),
) -> Verdict:
    """Nobody can guard data as it deserves that nobody has sorted.

    Every bucket, database, table, file system and warehouse needs each of the tags, with a
    value; the classification must be one of the classes. Upper and lower case make no
    difference. Members of a cluster and replicas are judged where their data comes from.
    """
    if store.judged_at is not None:
        return not_applicable("judged where its data comes from", judged_at=store.judged_at)
    if isinstance(store.tags, Unread):
        return undetermined(store.tags)
    given = {tag.key.lower(): tag.value.strip() for tag in store.tags if tag.value.strip()}
    missing = tuple(tag for tag in tags if tag.lower() not in given)
    if missing:
        return failed(f"{len(missing)} of {len(tags)} tags are missing", missing=missing)
    return _class(given, classes)


def _class(given: Mapping[str, str], classes: tuple[str, ...]) -> Verdict:
    named = given.get(CLASSIFICATION)
    if named is not None and named.lower() not in {one.lower() for one in classes}:
        return failed("its class is none that the company knows", classification=named)
    return passed("it says whose it is and what lies in it", classification=named)


@check(
    id="aws.inventory.index-complete",
    title="Every region has a whole list of what lies in it",
    controls=("AST-01", "GOV-08"),
    severity=Severity.MEDIUM,
    remediation="Create an index of Resource Explorer, or turn on AWS Config, in every enabled "
    "region.",
    empty=Outcome.FAILED,
)
def inventory_index_complete(region: RegionIndex) -> Verdict:
    """What is on no list is patched by nobody, and found by attackers.

    An index or a recorder must count at least as many machines, volumes, databases, functions
    and tables as their services list. It may count more: what was deleted stays in an index
    for a while. A search that was cut off counts for nothing.
    """
    counts = {"index": region.indexed, "recorder": region.recorded}
    known: dict[str, Observed] = {
        by: count for by, count in counts.items() if isinstance(count, int)
    }
    if all(count is None for count in counts.values()):
        return failed("the region has neither an index nor a recorder")
    if isinstance(region.listed, Unread):
        return undetermined(region.listed)
    whole = tuple(
        by for by, count in counts.items() if isinstance(count, int) and count >= region.listed
    )
    if whole:
        return passed("nothing is missing on the list", whole=whole)
    for count in counts.values():
        if isinstance(count, Unread):
            return undetermined(count, listed=region.listed)
    return failed("the list is not whole", listed=region.listed, **known)
