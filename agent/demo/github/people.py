"""Accounts, members, and people from outside."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from agent.demo.github.pages import Pages

Role = Literal["admin", "member"]
WEB_FLOW = "web-flow"
CAREFUL: Mapping[str, Any] = {
    "plan": {"name": "enterprise", "space": 976562499, "private_repos": 999999},
    "is_verified": True,
    "default_repository_permission": "read",
    "members_can_create_public_repositories": False,
    "members_can_create_private_repositories": True,
    "members_can_create_internal_repositories": True,
    "members_can_delete_repositories": False,
    "members_can_change_repo_visibility": False,
    "members_can_invite_outside_collaborators": False,
    "members_can_fork_private_repositories": False,
}
"""How a careful organisation is set up; only owners see it."""


@dataclass
class Account:
    """A person or an app."""

    login: str
    id: int
    node_id: str
    type: str = "User"
    email: str | None = None
    """What the account shows to everybody."""
    two_factor: bool = True


@dataclass(frozen=True)
class Signature:
    """Whom a commit names; `login` is the account GitHub knows by the address, if any."""

    name: str
    email: str
    login: str | None


class People:
    """The people of one organisation; shas, node ids and numbers follow from a seed."""

    def __init__(self, login: str, *, seed: int) -> None:
        self.login = login
        self.two_factor_required = True
        self.accounts: dict[str, Account] = {}
        self.members: dict[str, Role] = {}
        self.outside_collaborators: list[str] = []
        self.single_sign_on: dict[str, str] | None = None
        """Addresses by login; `None` where the organisation has no identity provider."""
        self.pages: Pages = {}
        """Settings that are not as usual."""
        self.profile: dict[str, Any] = dict(CAREFUL)
        """What the organisation's own page says beside its name and numbers."""
        self.audit_log: list[dict[str, Any]] = []
        self._seed = seed
        self._count = 0
        self.id = self._number()
        self.node_id = self._node_id("O")
        self.add_account(WEB_FLOW)

    def add_account(
        self, login: str, *, type: str = "User", email: str | None = None, two_factor: bool = True
    ) -> Account:
        """An account that belongs to no organisation yet."""
        account = Account(login, self._number(), self._node_id("U"), type, email, two_factor)
        self.accounts[login] = account
        return account

    def add_member(self, login: str, role: Role = "member", **account: Any) -> None:
        """A new account that is a member."""
        self.add_account(login, **account)
        self.members[login] = role

    def add_outside_collaborator(self, login: str, **account: Any) -> None:
        """A new account that may reach a repository without being a member."""
        self.add_account(login, **account)
        self.outside_collaborators.append(login)

    def note(self, action: str, actor: str, *, at: datetime, **fields: str) -> None:
        """Write a deed into the organisation's audit log."""
        moment = round(at.timestamp() * 1000)
        self.audit_log.append(
            {
                "@timestamp": moment,
                "_document_id": hashlib.sha256(f"{moment} {action} {actor}".encode()).hexdigest(),
                "action": action,
                "actor": actor,
                "actor_location": {"country_name": "Germany"},
                "created_at": moment,
                "org": self.login,
                **fields,
            }
        )

    def sign(self, login: str) -> Signature:
        """How an account signs its commits."""
        if login == WEB_FLOW:
            return Signature("GitHub", "noreply@github.com", WEB_FLOW)
        account = self.accounts.get(login)
        number = account.id if account else 0
        is_bot = account is not None and account.type == "Bot"
        written = f"{login}[bot]" if is_bot else login
        address = f"{number}+{written}@users.noreply.github.com"
        return Signature(written, address, login if account and not is_bot else None)

    def _number(self) -> int:
        self._count += 1
        return 1000 + self._count

    def _sha(self) -> str:
        return self._digest("commit")[:40]

    def _node_id(self, prefix: str) -> str:
        return f"{prefix}_kgDO{self._digest(prefix)[:12]}"

    def _digest(self, kind: str) -> str:
        self._count += 1
        return hashlib.sha256(f"{self._seed} {kind} {self._count}".encode()).hexdigest()
