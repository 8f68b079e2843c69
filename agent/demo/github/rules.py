"""What people do about protection."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from agent.demo.github.protections import Protection, Ruleset, rules
from agent.demo.github.repositories import Repositories


class Rules(Repositories):
    """Classic protection and rulesets of one organisation."""

    def __init__(self, login: str, *, seed: int) -> None:
        super().__init__(login, seed=seed)
        self.rulesets: list[Ruleset] = []

    def protect(self, repository: str, **settings: Any) -> Protection:
        """Turn on classic protection of the default branch."""
        place = self.repositories[repository]
        protection = Protection(**settings)
        place.protections[place.default_branch] = protection
        return protection

    def remove_protection(
        self, repository: str, by: str | None = None, *, at: datetime | None = None
    ) -> None:
        """Turn off classic protection of the default branch; who does it is noted, if told."""
        place = self.repositories[repository]
        del place.protections[place.default_branch]
        if by and at:
            self.note("protected_branch.destroy", by, at=at, repo=f"{self.login}/{repository}")

    def add_ruleset(
        self,
        name: str,
        *,
        repositories: Iterable[str] | None = None,
        approvals: int | None = 1,
        dismiss_stale: bool = True,
        last_push: bool = False,
        checks: Sequence[str] = (),
        bypass: Sequence[dict[str, Any]] = (),
        enforcement: str = "active",
        of_organisation: bool = True,
        of_enterprise: bool = False,
        include: Sequence[str] = ("~DEFAULT_BRANCH",),
        exclude: Sequence[str] = (),
        app: int | None = None,
        extra: Sequence[str] = ("deletion",),
    ) -> Ruleset:
        """Rules for branches; `approvals=None` requires no pull request.

        `extra` are the rules that have no parameters, such as `non_fast_forward`.
        """
        named = None if repositories is None else frozenset(repositories)
        source = self.login if of_organisation else f"{self.login}/{min(named or {name})}"
        kind = "Organization" if of_organisation else "Repository"
        ruleset = Ruleset(
            id=self._number(),
            name=name,
            source_type="Enterprise" if of_enterprise else kind,
            source=source,
            rules=tuple(
                rules(
                    approvals,
                    checks,
                    stale=dismiss_stale,
                    last_push=last_push,
                    app=app,
                    extra=extra,
                )
            ),
            bypass_actors=tuple(bypass),
            enforcement=enforcement,
            repositories=named,
            include=tuple(include),
            exclude=tuple(exclude),
        )
        self.rulesets.append(ruleset)
        return ruleset

    def rulesets_of(self, repository: str) -> list[Ruleset]:
        """Every ruleset that names the repository, whatever its enforcement."""
        return [
            ruleset
            for ruleset in self.rulesets
            if ruleset.repositories is None or repository in ruleset.repositories
        ]
