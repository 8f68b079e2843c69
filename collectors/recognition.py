"""What is kept of a value that may be a credential: what it looks like, and never the value."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Any

CREDENTIALS = {
    "AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "signed token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "GitHub token": r"\b(?:gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\w{22,})",
    "GitLab token": r"\bglpat-[\w-]{20,}",
    "Slack token": r"\bxox[abeoprs]-[\w-]{10,}",
    "Slack webhook": r"https://hooks\.slack\.com/(?:services|workflows)/[\w/]{20,}",
    "Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    "Google key": r"\bAIza[\w-]{35}",
    "SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "model provider's key": r"\bsk-(?:ant-|proj-)[\w-]{20,}",
    "address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s:/@$<{]*:[^\s:/@$<{]{3,}@[\w.-]",
    "assigned password": (
        r"(?i)\b[\w.-]*(?:password|passwd|passphrase|secret|api_?key|access_?key|auth_?token)[\w.-]*"
        r"""\s*(?:=|:\s)\s*["']?(?!arn:|/|\{\{|true\b|false\b|null\b)[^\s"'$<{`(][^\s"'`]{5,}"""
    ),
}
"""Credentials that can be told by their form, each with its pattern."""
INNOCENT = {
    "nothing": r"\s*",
    "on": r"(?i:true|yes|on|enabled)",
    "off": r"(?i:false|no|off|disabled)",
    "number": r"[+-]?\d{1,9}(?:\.\d+)?",
    "reference": r"arn:[\w-]+:\S+|\{\{resolve:\S+\}\}|\$\{[^{}]+\}|(?:/[\w.-]+)+|https?://[^\s:@]+(?::\d+)?[^\s@]*",
}
"""Whole values that cannot be one, whatever their name: they say where to look, or whether."""
MOST_UNPACKED = 1 << 20
"""Bytes: more than EC2 takes as user data many times over."""
SHORTEST_PACKED = 16

_CREDENTIALS = {kind: re.compile(pattern) for kind, pattern in CREDENTIALS.items()}
_INNOCENT = {kind: re.compile(pattern) for kind, pattern in INNOCENT.items()}


def recognised(value: Any) -> dict[str, Any]:
    """What a value looks like, by the names of the two tables, in order."""
    if not isinstance(value, str):
        return {"resembles": []}
    found = {
        kind
        for text in _readings(value)
        for kind, pattern in _CREDENTIALS.items()
        if pattern.search(text)
    }
    found |= {kind for kind, pattern in _INNOCENT.items() if pattern.fullmatch(value)}
    return {"resembles": sorted(found)}


def _readings(value: str) -> Iterator[str]:
    """The text, and what it is if it is a text packed as user data is: base64, and perhaps gzip."""
    yield value
    if len(value) < SHORTEST_PACKED:
        return
    try:
        packed = base64.b64decode(value, validate=True)
        if packed.startswith(b"\x1f\x8b"):
            packed = zlib.decompressobj(wbits=31).decompress(packed, MOST_UNPACKED)
        yield packed.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):  # it was not packed
        return
