"""What each role may do beyond looking at the page."""

from collections.abc import Mapping
from enum import StrEnum

from agent.settings.web import Role


class Deed(StrEnum):
    """Something not everybody may do, in the words by which it is refused."""

    SEE_EVIDENCE = "see how evidence was read"
    SEE_ACCESS = "see who looked at evidence"
    DECIDE = "ask for acceptances, withdraw them, or assign gaps"
    APPROVE = "approve what somebody else asks for"


MAY: Mapping[Role, frozenset[Deed]] = {
    Role.VIEWER: frozenset(),
    Role.AUDITOR: frozenset({Deed.SEE_EVIDENCE, Deed.SEE_ACCESS}),
    Role.OWNER: frozenset({Deed.SEE_EVIDENCE, Deed.DECIDE}),
    Role.APPROVER: frozenset({Deed.SEE_EVIDENCE, Deed.DECIDE, Deed.APPROVE}),
    Role.ADMINISTRATOR: frozenset(Deed),
}
ON_THIS_MACHINE = frozenset({Deed.SEE_EVIDENCE, Deed.SEE_ACCESS})
"""Where nobody signs in: whoever sits here can read the store as well, but is nobody by name."""
