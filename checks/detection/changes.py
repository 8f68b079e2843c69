"""Are changes of the configuration written down?"""

from collections.abc import Iterator

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.config import ConfigurationRecording, Recorder
from collectors.evidence.record import Unread

ONLY_SOME = "INCLUSION_BY_RESOURCE_TYPES"


@check(
    id="aws.config.recorder-on",
    title="AWS Config records every region",
    controls=("MON-04", "GOV-09", "CHG-06"),
    severity=Severity.MEDIUM,
    remediation="Turn on the recorder for all resource types in every enabled region.",
    empty=Outcome.FAILED,
)
def config_recorder_on(
    region: ConfigurationRecording, *, documented_exclusions: tuple[str, ...] = ()
) -> Verdict:
    """Drift that nobody recorded cannot be found, and its author cannot be asked.

    The recorder must run, its latest recording must not have failed, and a delivery channel
    must exist. It must record every supported resource type; types that the company left out
    for a reason belong in `documented_exclusions`. Recorders that AWS services run for
    themselves do not count.
    """
    recorder = region.recorder
    if isinstance(recorder, Unread):
        return undetermined(recorder)
    if recorder is None:
        return failed("there is no recorder")
    shortcomings = [
        *_standstill(recorder),
        *_left_out(recorder, frozenset(documented_exclusions)),
        *_undelivered(region),
    ]
    known = [each for each in shortcomings if isinstance(each, str)]
    if known:
        return failed(" and ".join(known), recorder=_name(recorder))
    for each in shortcomings:
        if isinstance(each, Unread):
            return undetermined(each, recorder=_name(recorder))
    exception = ", except those documented" if recorder.excluded_types else ""
    return passed(f"every resource type is recorded{exception}", recorder=_name(recorder))


def _standstill(recorder: Recorder) -> Iterator[str | Unread]:
    if isinstance(recorder.recording, Unread):
        yield recorder.recording
    elif not recorder.recording:
        yield "the recorder is stopped"
    if isinstance(recorder.last_status, Unread):
        yield recorder.last_status
    elif recorder.last_status.casefold() == "failure":
        yield "its latest recording failed"


def _left_out(recorder: Recorder, documented: frozenset[str]) -> Iterator[str | Unread]:
    if isinstance(recorder.strategy, Unread):
        yield recorder.strategy
    elif recorder.strategy == ONLY_SOME:
        yield "it records only the types it names"
    elif isinstance(recorder.excluded_types, Unread):
        yield recorder.excluded_types
    elif undocumented := recorder.excluded_types - documented:
        yield f"it leaves out {', '.join(sorted(undocumented))}"


def _undelivered(region: ConfigurationRecording) -> Iterator[str | Unread]:
    if isinstance(region.delivers, Unread):
        yield region.delivers
    elif not region.delivers:
        yield "no delivery channel exists"


def _name(recorder: Recorder) -> str | None:
    return None if isinstance(recorder.name, Unread) else recorder.name
