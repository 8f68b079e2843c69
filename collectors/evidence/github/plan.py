"""What an organisation's plan does not include."""

from collectors.evidence.record import Fact


class NotOffered(Fact, frozen=True, tag="github.not_offered"):
    """GitHub itself says that the plan does not include the feature.

    That is neither a setting switched off nor a missing permission: nobody could turn it on.
    """

    why: str
