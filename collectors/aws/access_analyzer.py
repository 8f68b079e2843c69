"""IAM Access Analyzer: what looks for access from outside."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.access_analyzer import Analyzer, ExternalAccessAnalysis
from collectors.evidence.record import Unread

ANALYZERS = ApiCall(
    "accessanalyzer", "ListAnalyzers", "access-analyzer:ListAnalyzers", redact=("analyzers.tags",)
)
OF_OUTSIDE = ("ACCOUNT", "ORGANIZATION")
"""The types that look for access from outside; others look for access nobody uses."""


@collector(id="aws.access-analyzer.analysis", calls=(ANALYZERS,))
def external_access_analysis(region: Region) -> Iterator[ExternalAccessAnalysis]:
    """The region, whether or not an analyzer works in it.

    The listing names an organisation's analyzer only in the account that it was made in.
    """
    listed = region.listed(ANALYZERS, "analyzers")
    yield ExternalAccessAnalysis(
        id=f"arn:{region.partition}:access-analyzer:{region.region}:{region.id}:analyzers",
        name=f"{region.id}/{region.region}",
        analyzers=listed
        if isinstance(listed, Unread)
        else whole(_analyzer(each) for each in listed if each.get("type") in OF_OUTSIDE),
    )


def _analyzer(answer: Response) -> Analyzer | Unread:
    words = whole(told(ANALYZERS, answer, field, str) for field in ("name", "type", "status"))
    if isinstance(words, Unread):
        return words
    return Analyzer(name=words[0], zone=words[1], status=words[2])
