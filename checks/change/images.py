"""Images of containers: is what runs what was built?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.containers import ImageRepository
from collectors.evidence.record import Unread

IMMUTABLE = "IMMUTABLE"


@check(
    id="aws.ecr.tags-immutable",
    title="Tags of container images cannot be moved",
    controls=("WRK-01",),
    severity=Severity.MEDIUM,
    remediation="Make the repository's tags immutable.",
    empty=Outcome.NOT_APPLICABLE,
)
def ecr_tags_immutable(
    repository: ImageRepository, *, approved_exclusions: tuple[str, ...] = ()
) -> Verdict:
    """If a tag can be moved, what was tested and what runs may be two things of one name.

    Patterns of tags that may be moved all the same, such as `latest`, have to be approved.
    """
    if isinstance(repository.mutability, Unread):
        return undetermined(repository.mutability)
    if not repository.mutability.startswith(IMMUTABLE):
        return failed("tags can be moved", mutability=repository.mutability)
    unknown = tuple(each for each in repository.excluded if each not in approved_exclusions)
    if unknown:
        return failed("some tags can be moved without approval", excluded=unknown)
    return passed("tags cannot be moved", excluded=repository.excluded)
