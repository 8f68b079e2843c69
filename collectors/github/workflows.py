"""Workflows on default branches: the outside actions they name, and what could be misused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import collector
from collectors.evidence.github.actions import ActionUse, WorkflowFile
from collectors.evidence.record import Unread
from collectors.github.actions import PERMISSIONS
from collectors.github.batches import of_each
from collectors.github.organisation import Answer, Organisation, Query, field
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION
from collectors.reader import unread

WORKFLOWS = Query(
    "graphql",
    "RepositoryWorkflows",
    "contents:read",
    text="""
query RepositoryWorkflows($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      workflows: object(expression: "HEAD:.github/workflows") {
        ... on Tree { entries { name object { ... on Blob { isTruncated text } } } }
      }
    }
  }
}
""",
)
NOT_SAID = Unread(why=f"{WORKFLOWS}: the answer does not say")
IS_WORKFLOW = (".yml", ".yaml")
USES = re.compile(r"""(?:^|[\s{,-])["']?uses["']?\s*:\s*["']?([^\s"'#,}]+)""")
PINNED = re.compile(r".+@(?:[0-9a-f]{40}|sha256:[0-9a-f]{64})")
RUN = re.compile(r"""^(\s*(?:-\s+)?)["']?run["']?\s*:\s?(.*)$""")
COMMENT = re.compile(r"(?:^|\s)#.*$")
WITH_SECRETS = re.compile(r"\b(?:pull_request_target|workflow_run)\b")
OF_A_STRANGER = re.compile(
    r"\b(?:ref|repository)\s*:.*(?:github\.event\.pull_request\.head|github\.head_ref"
    r"|github\.event\.workflow_run\.head_)"
)
WRITTEN_BY_A_STRANGER = re.compile(
    r"\$\{\{[^}]*github\.(?:head_ref|event\.(?:[\w.]*\.)?"
    r"(?:title|body|message|head\.ref|head\.label|email|name|default_branch|page_name))\b"
)
ALL_SECRETS = re.compile(r"""\bsecrets["']?\s*:\s*["']?inherit\b""")


@dataclass(frozen=True)
class File:
    """One workflow, and the repository it lies in."""

    repository: Answer
    name: str
    text: str | Unread

    @property
    def id(self) -> str:
        """A file is known by its place: git gives it no id that stays."""
        return f"{self.repository['node_id']}/.github/workflows/{self.name}"

    @property
    def called(self) -> str:
        """What people call it."""
        return f"{self.repository['full_name']} {self.name}"


CALLS = (LIST_REPOSITORIES, ORGANISATION, WORKFLOWS)


@collector(id="github.action-uses", calls=(*CALLS, PERMISSIONS))
def action_uses(organisation: Organisation) -> Iterator[ActionUse]:
    """Every use of an action or a workflow from outside the organisation.

    A file that could not be read may name any: it is an omission.
    """
    permissions = organisation.detail(PERMISSIONS, org=organisation.login)
    pins_required = field(PERMISSIONS, permissions, "sha_pinning_required", bool)
    for file in _files(organisation):
        if isinstance(file.text, Unread):
            where = f"{organisation.scope}/{file.repository['name']} {file.name}"
            organisation.omit(where, file.text.why)
            continue
        named = {found for line in _outside_scripts(file.text) for found in USES.findall(line)}
        for uses in sorted(name for name in named if _is_outside(name, organisation.login)):
            yield ActionUse(
                id=f"{file.id}#{uses}",
                name=f"{file.called} {uses}",
                workflow=file.called,
                uses=uses,
                pinned=PINNED.fullmatch(uses) is not None,
                pins_required=pins_required,
            )


@collector(id="github.workflows", calls=CALLS)
def workflow_files(organisation: Organisation) -> Iterator[WorkflowFile]:
    """Every workflow on a default branch, with what in it a stranger could use."""
    for file in _files(organisation):
        yield WorkflowFile(
            id=file.id,
            name=file.called,
            dangers=file.text if isinstance(file.text, Unread) else _dangers(file.text),
        )


def _files(organisation: Organisation) -> Iterator[File]:
    at_work = (one for one in repositories(organisation) if one.get("archived") is not True)
    population = tuple(organisation.in_turn(at_work))
    seen = of_each(organisation, WORKFLOWS, population)
    for repository in population:
        entries = _entries(seen[repository["node_id"]])
        if isinstance(entries, Unread):
            organisation.omit(f"{organisation.scope}/{repository['name']}", entries.why)
            continue
        for entry in entries:
            if str(entry.get("name")).endswith(IS_WORKFLOW):
                yield File(repository, str(entry["name"]), _text(entry))


def _entries(seen: Answer | Unread) -> list[Answer] | Unread:
    """What lies in the folder of workflows; nothing where there is no such folder."""
    if isinstance(seen, Mapping) and seen.get("workflows", NOT_SAID) is None:
        return []
    return field(WORKFLOWS, seen, "workflows.entries", list)


def _text(entry: Answer) -> str | Unread:
    whole = field(WORKFLOWS, entry, "object.isTruncated", bool)
    if whole is True:
        return unread(WORKFLOWS, "a file is cut short")
    return field(WORKFLOWS, entry, "object.text", str)


def _is_outside(uses: str, login: str) -> bool:
    own = ("./", f"{login}/".casefold())
    return not uses.casefold().startswith(own)


def _dangers(text: str) -> tuple[str, ...]:
    lines = [COMMENT.sub("", line) for line in text.splitlines()]
    found = []
    of_stranger = any(OF_A_STRANGER.search(line) for line in lines)
    if of_stranger and any(WITH_SECRETS.search(line) for line in lines):
        found.append("runs a stranger's code with secrets")
    if any(WRITTEN_BY_A_STRANGER.search(line) for line in _scripts(text)):
        found.append("puts a stranger's words into a shell")
    if any(ALL_SECRETS.search(line) for line in lines):
        found.append("hands all secrets to another workflow")
    return tuple(found)


def _outside_scripts(text: str) -> Iterator[str]:
    return (COMMENT.sub("", line) for line, is_script in _told_apart(text) if not is_script)


def _scripts(text: str) -> Iterator[str]:
    """Lines that a shell runs: there a # may be part of a word, and a comment is run as well."""
    return (line for line, is_script in _told_apart(text) if is_script)


def _told_apart(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it belongs to a `run:`, by how far it stands to the right."""
    inside: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        begins = RUN.match(line) if inside is None else None
        if begins:
            inside = len(begins[1])
        yield (begins[2] if begins else line), inside is not None
