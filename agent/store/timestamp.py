"""When a checkpoint was there at the latest: the word of somebody else's clock (RFC 3161).

A signature says who; a time stamp by an outside authority says when, so that a log signed again
with an older date gives itself away. A checkpoint that is not stamped yet is stamped later: that
no authority could be reached is said, and is no fault of the log.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from collectors.evidence.record import Instant

Post = Callable[[str, bytes], bytes]
"""Sends an `application/timestamp-query` to an address and returns the answer's body; raises an
`OSError` that says why if there is no good answer."""

Roots = Sequence[x509.Certificate]
"""The certificates that vouch for the authorities we believe."""


class NotStamped(Exception):
    """There is no time stamp to rely on; the message says why, and whom we asked."""


class AuthorityUnreachable(NotStamped):
    """No answer came: ask again later."""


class StampRefused(NotStamped):
    """The authority answered, and did not grant a time stamp."""


class StampInvalid(NotStamped):
    """What there is proves nothing: damaged, of something else, or of nobody we trust."""


class NoRoots(Exception):
    """The text holds no certificates in PEM."""


class Stamp(msgspec.Struct, frozen=True):
    """A time stamp as it is kept, both parts in DER: `openssl ts -verify` reads them as well."""

    query: bytes
    response: bytes
    """The authority's certificate is in it."""


def load_roots(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The root certificates that an operator gave us.

    Raises:
        NoRoots: there are none in it, or one cannot be read.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise NoRoots("the roots of the time-stamp authority are not certificates in PEM") from None


def stamp(message: bytes, *, authority: str, post: Post, roots: Roots) -> Stamp:
    """Have an authority say that it saw these bytes, of which it gets only the hash.

    Raises:
        AuthorityUnreachable: no answer came.
        StampRefused: it did not grant one.
        StampInvalid: its answer proves nothing.
    """
    asked = _name(authority)
    query = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        response = post(authority, query.as_bytes())
    except OSError as error:
        raise AuthorityUnreachable(f"{asked} gave no time stamp: {error}") from None
    given = Stamp(query.as_bytes(), response)
    try:
        _verify(given, message, roots, query.nonce)
    except NotStamped as refusal:
        raise type(refusal)(f"{asked}: {refusal}") from refusal
    return given


def stamped_at(stamp: Stamp, message: bytes, roots: Roots) -> Instant:
    """The moment at which the authority saw these bytes.

    Its certificate needs to have been valid then, not today.

    Raises:
        StampRefused: what was kept is a refusal.
        StampInvalid: it is damaged, stamps something else, or is of nobody the roots vouch for.
    """
    return _verify(stamp, message, roots, None)


def _name(authority: str) -> str:
    """Its host only: an address may hold a password."""
    try:
        return urlsplit(authority).hostname or "the time-stamp authority"
    except ValueError:
        return "the time-stamp authority"


def _verify(stamp: Stamp, message: bytes, roots: Roots, nonce: int | None) -> Instant:
    response = _decoded(stamp.response)
    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        verifier.verify_message(response, message)
    except VerificationError as error:
        raise StampInvalid(_in_our_words(error)) from error
    except Exception as error:  # a damaged certificate fails in its parser's own ways
        raise StampInvalid("the time stamp is damaged") from error
    return response.tst_info.gen_time


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        decoded = decode_timestamp_response(response)
        status = PKIStatus(decoded.status)
    except ValueError as error:
        raise StampInvalid("the answer is no time stamp, or not in strict DER") from error
    if status is not PKIStatus.GRANTED:
        said = " ".join((status.name.lower().replace("_", " "), *decoded.status_string))
        raise StampRefused(f"no time stamp was granted: {said}")
    return decoded


def _in_our_words(error: VerificationError) -> str:
    said = str(error)
    if "Mismatch between messages" in said:
        return "the time stamp is of something else"
    if "Nonce" in said:
        return "the time stamp answers another query"
    return "the time stamp is not signed by an authority that the given roots vouch for"
