"""A request to an address that people configured for alerts; its answer is its status alone."""

from collections.abc import Mapping

import requests

SECONDS = (10, 15)
"""To connect, and to wait for each part of an answer."""


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body and return the HTTP status; a redirect is not followed, it would lose the body.

    Raises:
        OSError: there is no answer; it says why in words that never hold the address.
    """
    try:
        answer = requests.post(
            address,
            data=body,
            headers={"User-Agent": "gapwatch", **headers},
            timeout=SECONDS,
            allow_redirects=False,
            stream=True,  # nothing is read of an answer's body, however long it is
        )
    except requests.Timeout:
        raise TimeoutError("the receiver did not answer in time") from None
    except (requests.RequestException, ValueError):
        raise ConnectionError("the receiver could not be reached, or broke off") from None
    with answer:
        return answer.status_code
