"""The append-only log: what an entry looks like on disk, and its hash."""

import hashlib

import msgspec

from agent.gaps.events import Event

_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """The one encoding of an event: UTF-8 JSON, keys in order."""
    return _encoder.encode(event)


def decode(body: str | bytes) -> Event:
    """Read an entry back, strictly."""
    return _decoder.decode(body)


def kind(event: Event) -> str:
    """The event's name, as the log's `kind` column has it."""
    return str(type(event).__struct_config__.tag)


def leaf(body: bytes) -> bytes:
    """The hash of one entry as a leaf of a Merkle tree (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + body).digest()
