"""What there is to read, and how each source is told who asks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from agent.addresses import endpoint_problems
from agent.decoding import Section
from agent.settings.policies import PolicyFile
from agent.settings.registers import IssueRegister
from agent.settings.words import REGION, Secret

BRANCH = re.compile(r"[^\s~^:?\\\[]+")
"""A name that git allows for a branch, with `*` for any part of it."""
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
ROLE_NAME = re.compile(r"(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
"""As IAM allows it, with its path."""


class AwsSignIn(Section, frozen=True, kw_only=True):
    """How AWS is told who asks."""

    profile: str | None = None
    role: str | None = None
    """The ARN of a role to assume with the credentials found."""
    external_id: Secret | None = None
    endpoint_url: str | None = None
    access_key: Secret | None = None
    secret_key: Secret | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in."""
        yield from self.role_problems()
        if self.external_id and not self.role:
            yield "external_id", "serves to assume a role: add `role` or remove it"
        if bool(self.access_key) != bool(self.secret_key):
            yield "", "`access_key` and `secret_key` go together: give both or neither"
        if self.profile and self.access_key:
            yield "", "`profile` and `access_key` exclude each other: remove one of the two"
        yield from endpoint_problems("endpoint_url", self.endpoint_url)

    def role_problems(self) -> Iterator[tuple[str, str]]:
        """A role of one account is named with the account."""
        if self.role and not ROLE.fullmatch(self.role):
            yield "role", "must be an ARN such as arn:aws:iam::123456789012:role/GapwatchReadOnly"


class AwsSource(AwsSignIn, frozen=True, kw_only=True):
    """One AWS account, or every account of an organization."""

    name: str
    accounts: Literal["organization"] | None = None
    """With it, `role` is the name of a role in every account of the organization."""
    regions: Literal["enabled"] | tuple[str, ...] = "enabled"
    share_of_rate: float = 0.5
    """How much of the rate that AWS grants an account is taken; the rest is production's."""

    def role_problems(self) -> Iterator[tuple[str, str]]:
        """A role of every account is named without one."""
        if self.accounts is None:
            yield from super().role_problems()
        elif self.role is None:
            yield "role", "is missing: name the role to assume in every account"
        elif not ROLE_NAME.fullmatch(self.role):
            yield "role", "must be the name alone, such as GapwatchReadOnly: it is in every account"

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in, and regions that can be."""
        yield from super().problems()
        if not 0 < self.share_of_rate <= 1:
            yield "share_of_rate", "must be more than 0 and at most 1, such as 0.5 for one half"
        if not self.regions:
            yield "regions", "names no region: name some, or write `enabled`"
        if self.regions != "enabled":
            for number, region in enumerate(self.regions):
                if not REGION.fullmatch(region):
                    yield f"regions[{number}]", f"`{region}` is no region such as eu-west-1"


class GcpSource(Section, frozen=True, kw_only=True):
    """A GCP organisation, or some projects."""

    name: str
    organization: str | None = None
    projects: tuple[str, ...] = ()
    credentials: Secret | None = None
    """A service account's key; without one, the machine's own identity is used."""
    endpoint_url: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Either an organisation or projects, and a key that is a file."""
        if bool(self.organization) == bool(self.projects):
            yield "", "give either `organization` or `projects`"
        if self.credentials and not self.credentials.startswith("file:"):
            yield "credentials", "must be the file of a service account's key: write file:PATH"
        if self.organization and not self.organization.isdecimal():
            yield "organization", "must be the organisation's number, without `organizations/`"
        yield from endpoint_problems("endpoint_url", self.endpoint_url)


class GithubApp(Section, frozen=True, kw_only=True):
    """A GitHub App as installed in the organisation."""

    id: int
    installation: int
    key: Secret


class GithubSource(Section, frozen=True, kw_only=True):
    """One GitHub organisation."""

    name: str
    organization: str
    token: Secret | None = None
    app: GithubApp | None = None
    base_url: str | None = None
    branches: tuple[str, ...] = ()
    """Patterns of branches that lead to production, beside the default ones."""
    production: tuple[str, ...] = ()
    """Names of the environments that are production; none stands for the usual two."""
    registers: tuple[IssueRegister, ...] = ()
    """Registers that people keep as labelled issues."""
    policies: tuple[PolicyFile, ...] = ()
    """Policies that are kept as files in a repository."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in, branches and environments that can be."""
        for number, name in enumerate(self.production):
            if not name.strip() or not name.isprintable():
                why = "is no environment: write a name such as production"
                yield f"production[{number}]", why
        for number, pattern in enumerate(self.branches):
            if not BRANCH.fullmatch(pattern):
                why = f"`{pattern}` is no branch: write a name such as production or release/*"
                yield f"branches[{number}]", why
        if bool(self.token) == bool(self.app):
            yield "", "give either `token` or `app`"
        yield from endpoint_problems("base_url", self.base_url)


class DocumentsSource(Section, frozen=True, kw_only=True):
    """The company's own documents, and the registers its people keep."""

    name: str
    path: Path
    registers: Path


class Sources(Section, frozen=True, kw_only=True):
    """Everything there is to read."""

    aws: tuple[AwsSource, ...] = ()
    gcp: tuple[GcpSource, ...] = ()
    github: tuple[GithubSource, ...] = ()
    documents: tuple[DocumentsSource, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one source, and no name twice in one kind."""
        names = {
            "aws": [source.name for source in self.aws],
            "gcp": [source.name for source in self.gcp],
            "github": [source.name for source in self.github],
            "documents": [source.name for source in self.documents],
        }
        if not any(names.values()):
            yield "", "names no source: add an entry under `aws`, `gcp`, `github` or `documents`"
        for kind, taken in names.items():
            for number, name in enumerate(taken):
                if name in taken[:number]:
                    yield f"{kind}[{number}].name", f"`{name}` is taken: choose another"
