"""What several parts of the file are written with: references to secrets, and regions."""

import re
from typing import Annotated

Secret = Annotated[str, "secret"]
"""A reference to a secret, `env:NAME` or `file:PATH`; never the secret."""
Address = Annotated[str, "address"]
"""A URL without credentials, or a reference to one that may hold them."""
REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
USE_A_REFERENCE = "write env:NAME or file:PATH"
REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")


class BadConfiguration(Exception):
    """The configuration cannot be used; one line for each problem, with its remedy."""


def is_reference(text: str) -> bool:
    """Whether a text refers to a secret rather than being a value itself."""
    return text.startswith(("env:", "file:"))
