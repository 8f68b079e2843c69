"""The sentence on top: what it says, and what it does not."""

import pytest

from agent.gaps.events import ControlState
from agent.views import ControlView
from agent.web.overview import headline

WORDS = {
    "nothing read": (
        [],
        False,
        "Nothing has been read yet.",
    ),
    "all effective": (
        ["effective", "effective"],
        True,
        "Every control in scope worked in all that was read.",
    ),
    "one denied": (
        ["effective", "undetermined"],
        True,
        "No control was found deficient, but whether 1 of 2 works is not known.",
    ),
    "nobody evidences one": (
        ["effective", "effective", "not_evidenced"],
        True,
        "No control was found deficient, but whether 1 of 3 works is not known.",
    ),
    "one accepted": (
        ["effective", "accepted"],
        True,
        "No control was found deficient beyond what is accepted.",
    ),
    "one deficient": (
        ["deficient", "effective"],
        True,
        "1 of 2 controls is deficient.",
    ),
    "deficient and unknown": (
        ["deficient", "deficient", "undetermined", "not_evidenced", "accepted", "effective"],
        True,
        "2 of 6 controls are deficient, and whether 2 more work is not known.",
    ),
    "deficient and one unknown": (
        ["deficient", "deficient", "undetermined"],
        True,
        "2 of 3 controls are deficient, and whether 1 more works is not known.",
    ),
}


@pytest.mark.parametrize(("states", "started", "sentence"), WORDS.values(), ids=WORDS)
def test_the_sentence_never_says_more_than_the_evidence_carries(states, started, sentence):
    assert headline(controls(states), (), started=started).sentence == sentence


def test_unknown_controls_are_counted_apart_from_effective_ones():
    told = headline(controls(["effective", "undetermined", "not_evidenced"]), (), started=True)
    assert told.detail == (
        "1 effective in what was read, 1 could not be determined, 1 not evidenced at all. "
        "0 gaps open, 0 of them new."
    )


def controls(states):
    return [
        ControlView(
            id=f"NET-{number}",
            title="",
            criteria=(),
            area="security",
            state=ControlState(state),
            since=None,
            checks=(),
            evidence=(),
        )
        for number, state in enumerate(states)
    ]
