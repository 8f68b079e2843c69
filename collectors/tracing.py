"""What tracers share: the subjects they were handed, and where they stop asking.

A tracer asks a source's own log of changes who did something. Its permission is optional:
a refusal costs the answer to "who", and no verdict.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from collectors.contract import CannotList
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, Trail, from_text

SOUGHT = "sought"
"""The name under which a reader is given the subjects that drifted."""
MOST_SUBJECTS = 20
"""Asked of one scope in one cycle: logs of changes allow a question or two a second."""
MOST_ENTRIES = 100
"""Read of one subject's entries, newest first: at most two pages."""
NOT_ASKED = Unread(why=f"not asked: {MOST_SUBJECTS} subjects of a scope are traced in one cycle")

Deeds = tuple[Deed, ...] | Unread


def trails(given: Mapping[str, str], look: Callable[[Sought], Deeds]) -> Iterator[Trail]:
    """One trail for each subject; after the first refusal nothing more is asked."""
    refused: Unread | None = None
    for number, sought in enumerate(from_text(given.get(SOUGHT, "[]"))):
        deeds = refused or (look(sought) if number < MOST_SUBJECTS else NOT_ASKED)
        if isinstance(deeds, Unread):
            refused = deeds
        yield Trail(id=sought.id, name=sought.name, deeds=deeds)


def newest(entries: Iterable[Deed]) -> Deeds:
    """The first entries of a log that answers newest first, or why it would not answer."""
    try:
        return tuple(islice(entries, MOST_ENTRIES))
    except CannotList as refusal:
        return Unread(why=refusal.why)
