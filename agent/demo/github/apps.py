"""Apps that sign in to the local GitHub: a signed claim for a token that lives an hour."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import jwt

from agent.demo.github.rest.view import Refused

SIGN_IN = re.compile(r"/app/installations/(\d+)/access_tokens")
LONGEST_CLAIM = 660
"""Seconds: GitHub takes ten minutes, and a claim that begins a minute ago."""
LIFETIME = timedelta(hours=1)


class Apps:
    """Who may sign in, and the tokens they were given; time is the machine's, as in a claim."""

    def __init__(self) -> None:
        self.lifetime = LIFETIME
        self._keys: dict[int, tuple[int, str]] = {}
        self._given: dict[str, datetime] = {}

    @property
    def given(self) -> tuple[str, ...]:
        """Every token that was given, in order."""
        return tuple(self._given)

    def install(self, *, app: int, installation: int, public_key: str) -> None:
        """Let an App sign in with the key that belongs to a public one, in PEM."""
        self._keys[installation] = (app, public_key)

    def accepts(self, token: str) -> bool:
        """Whether a token was given and still lives."""
        return token in self._given and datetime.now(UTC) < self._given[token]

    def sign_in(self, path: str, sent: Mapping[str, str]) -> dict[str, Any] | None:
        """A token for whoever proves to be the App; `None` where the path asks for none.

        Raises:
            Refused: no such installation, or the claim is not its App's.
        """
        asked = SIGN_IN.fullmatch(path)
        if asked is None:
            return None
        kind, _, claim = sent.get("Authorization", "").partition(" ")
        installed = self._keys.get(int(asked[1]))
        if installed is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        if kind != "Bearer" or not _is_of(claim, *installed):
            raise Refused(HTTPStatus.UNAUTHORIZED, "A JSON web token could not be decoded")
        token = f"ghs_local{len(self._given) + 1}"
        self._given[token] = datetime.now(UTC) + self.lifetime
        expires = f"{self._given[token]:%Y-%m-%dT%H:%M:%SZ}"
        return {"token": token, "expires_at": expires, "repository_selection": "all"}


def _is_of(claim: str, app: int, public_key: str) -> bool:
    try:
        said = jwt.decode(claim, public_key, algorithms=["RS256"], issuer=str(app))
    except jwt.InvalidTokenError:
        return False
    return bool(said["exp"] - said["iat"] <= LONGEST_CLAIM)
