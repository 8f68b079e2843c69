"""Whether what GitHub tells others goes to them alone."""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.credentials import Webhook
from collectors.evidence.record import Unread


@check(
    id="github.webhook.delivered-securely",
    title="Webhooks are delivered encrypted and can be told from forgeries",
    controls=("CRY-01",),
    severity=Severity.MEDIUM,
    remediation="Set an https address, verification of its certificate, and a secret.",
    empty=Outcome.PASSED,
)
def webhook_delivered_securely(hook: Webhook) -> Verdict:
    """A webhook tells what is in private code; a forged one starts what it should not.

    An active hook has to go to an https address, verify the certificate, and be signed with
    a secret. Of the secret only its presence is read, of the address only the scheme.
    """
    if hook.active is False:
        return not_applicable("the webhook is not active")
    lacking = tuple(
        what
        for what, lacks in (
            ("https", isinstance(hook.scheme, str) and hook.scheme != "https"),
            ("a verified certificate", hook.verifies_certificate is False),
            ("a secret", hook.has_secret is False),
        )
        if lacks
    )
    if lacking:
        return failed(f"the webhook lacks {' and '.join(lacking)}", lacking=lacking)
    for part in (hook.scheme, hook.verifies_certificate, hook.has_secret):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("the webhook is encrypted, verified and signed")
