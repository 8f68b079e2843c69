"""The way to a time-stamp authority (RFC 3161, section 3.4): a query out, an answer back."""

from pathlib import Path

import requests

from collectors.evidence.record import Instant

SECONDS = 20
ANSWER = "application/timestamp-reply"


def ask_authority(address: str, query: bytes) -> bytes:
    """Send a time-stamp query; returns the body of the answer.

    Raises:
        OSError: there is no good answer; it says why in words that never hold the address.
    """
    headers = {"Content-Type": "application/timestamp-query", "Accept": ANSWER}
    try:
        answer = requests.post(address, data=query, headers=headers, timeout=SECONDS)
    except requests.Timeout:
        raise TimeoutError(f"no answer within {SECONDS} seconds") from None
    except requests.RequestException as error:
        raise ConnectionError(f"no connection ({type(error).__name__})") from None
    if not answer.ok:
        raise OSError(f"it answered {answer.status_code}")
    if answer.headers.get("Content-Type", "").partition(";")[0].strip() != ANSWER:
        raise OSError(f"its answer is not of the type {ANSWER}")
    return answer.content


def ends_of_roots(file: Path) -> dict[str, Instant]:
    """When each certificate of a PEM file ends; nothing of a file that cannot be read."""
    from cryptography.x509 import (  # noqa: PLC0415 - looked at by the service alone
        load_pem_x509_certificates,
    )

    try:
        roots = load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):  # whoever stamps or verifies says what is wrong with it
        return {}
    return {
        f"time-stamp root {root.subject.rfc4514_string()}": root.not_valid_after_utc
        for root in roots
    }
