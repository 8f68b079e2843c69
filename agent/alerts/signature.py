"""How a webhook proves that it comes from here: a keyed digest over its moment and its body."""

import hashlib
import hmac
from collections.abc import Sequence

from collectors.evidence.record import Instant

TIMESTAMP = "Gapwatch-Timestamp"
SIGNATURE = "Gapwatch-Signature"
VERSION = "v1"


def signature_headers(body: bytes, keys: Sequence[str], at: Instant) -> dict[str, str]:
    """The two headers of one attempt.

    `Gapwatch-Timestamp` is the moment in seconds since 1970. `Gapwatch-Signature` holds, for
    each key and parted by commas, `v1=` and the hexadecimal HMAC-SHA256 of the timestamp, a
    full stop and the body as it is sent. A receiver accepts if one of them fits its own key
    and the timestamp is not older than some minutes; so keys are replaced without a pause.
    """
    seconds = str(int(at.timestamp()))
    signed = f"{seconds}.".encode() + body
    digests = (hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys)
    return {
        TIMESTAMP: seconds,
        SIGNATURE: ",".join(f"{VERSION}={digest}" for digest in digests),
    }
