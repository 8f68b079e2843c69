"""A Jira Cloud on this machine: the few calls of its REST API, version 3, that tickets need.

It checks what it is sent: the shape of documents, labels without blanks, transitions that its
workflow offers.
"""

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, TOKEN = "tickets@acme.test", "local-jira-token"
STATUSES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
OFFERED = {"To Do": ("In Progress", "Done"), "In Progress": ("Done",), "Done": ("To Do",)}
PERMISSIONS = (
    *("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES"),
    *("ADD_COMMENTS", "TRANSITION_ISSUES"),
)
NODES = {"doc", "heading", "paragraph", "bulletList", "listItem", "text"}
MARKS = {"code", "link"}


@dataclass
class Issue:
    key: str
    fields: dict[str, Any]
    status: str = "To Do"
    comments: list[dict[str, Any]] = field(default_factory=list)


class Refused(Exception):
    """An answer that is an error."""


class Jira:
    """One site with one project; use it as a context."""

    def __init__(self, project="SEC", page=100):
        self.project = project
        self.page = page
        self.issues: dict[str, Issue] = {}
        self.asked: list[str] = []
        self.broken: int | None = None
        """The status it answers everything with."""
        self.may = {*PERMISSIONS}
        """What the account is permitted in the project."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, verb, target, sent, headers):
        url = urlsplit(target)
        path = url.path.removeprefix("/rest/api/3/")
        self.asked.append(f"{verb} {path}")
        credentials = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        if headers.get("Authorization") != f"Basic {credentials}":
            return 401, {"errorMessages": ["you are not authenticated"]}
        if self.broken:
            return self.broken, {"errorMessages": [f"a text that quotes {json.dumps(sent)}"]}
        query = parse_qs(url.query)
        try:
            return self._about_project(path, query) or self._routed(verb, path, query, sent)
        except Refused as refusal:
            return 400, {"errorMessages": [str(refusal)]}
        except KeyError:
            return 404, {"errorMessages": ["Issue does not exist"]}

    def _about_project(self, path, query):
        """What it is, and what the account may do in it; `None` for any other question."""
        if path == f"project/{self.project}":
            kinds = [{"name": "Task", "subtask": False}, {"name": "Sub-task", "subtask": True}]
            return 200, {"key": self.project, "issueTypes": kinds}
        if path == "mypermissions":
            asked = query["permissions"][0].split(",")
            may = {one: {"havePermission": one in self.may} for one in asked}
            return 200, {"permissions": may}
        return None

    def _routed(self, verb, path, query, sent):
        if (verb, path) == ("POST", "issue"):
            return 201, self._make(sent["fields"])
        if path == "search/jql":
            return 200, self._search(query)
        key, _, rest = path.removeprefix("issue/").partition("/")
        issue = self.issues[key]
        if rest == "transitions":
            return self._transitions(issue, verb, sent)
        if rest == "comment":
            return self._comments(issue, verb, sent)
        if verb == "PUT":
            check_document(sent["fields"]["description"])
            issue.fields |= sent["fields"]
            for one in sent.get("update", {}).get("labels", ()):
                issue.fields["labels"] = sorted({*issue.fields["labels"], one["add"]})
            return 204, None
        return 200, self._shown(issue)

    def _make(self, fields):
        if fields["project"] != {"key": self.project}:
            raise Refused("valid project is required")
        if any(" " in label for label in fields["labels"]) or len(fields["summary"]) > 255:
            raise Refused("labels and summary have limits")
        check_document(fields["description"])
        key = f"{self.project}-{len(self.issues) + 1}"
        self.issues[key] = Issue(key, dict(fields))
        return {"id": str(10_000 + len(self.issues)), "key": key, "self": f"{self.url}/{key}"}

    def _search(self, query):
        (jql,) = query["jql"]
        label = re.search(r'labels = "([^"]+)"', jql)
        found = [
            issue
            for issue in self.issues.values()
            if (label is None or label[1] in issue.fields["labels"])
            and ("statusCategory = Done" not in jql or issue.status == "Done")
        ]
        start = int(query.get("nextPageToken", ["0"])[0] or 0)
        page = {"issues": [self._shown(one) for one in found[start : start + self.page]]}
        more = start + self.page < len(found)
        return page | ({"nextPageToken": str(start + self.page)} if more else {"isLast": True})

    def _transitions(self, issue, verb, sent):
        if verb == "GET":
            offered = [
                {"id": name, "to": {"statusCategory": {"key": STATUSES[name]}}}
                for name in OFFERED[issue.status]
            ]
            return 200, {"transitions": offered}
        wanted = sent["transition"]["id"]
        if wanted not in OFFERED[issue.status]:
            raise Refused("the transition is not valid for the current state")
        issue.status = wanted
        return 204, None

    def _comments(self, issue, verb, sent):
        if verb == "POST":
            check_document(sent["body"])
            issue.comments.append({"id": str(len(issue.comments)), **sent})
            return 201, issue.comments[-1]
        return 200, {"comments": issue.comments, "total": len(issue.comments), "startAt": 0}

    def _shown(self, issue):
        status = {"name": issue.status, "statusCategory": {"key": STATUSES[issue.status]}}
        fields = {"status": status, "project": issue.fields["project"]}
        return {"id": issue.key, "key": issue.key, "fields": fields}


def check_document(node):
    """Refuse what is no Atlassian document: Jira answers 400 to it."""
    if node["type"] not in NODES or {mark["type"] for mark in node.get("marks", ())} - MARKS:
        raise Refused(f"INVALID_INPUT: {node['type']}")
    if node["type"] == "text" and not node["text"]:
        raise Refused("INVALID_INPUT: an empty text")
    for inner in node.get("content", ()):
        check_document(inner)


def text_of(node):
    """What a person reads of a document, a line each; names as `names`."""
    if node["type"] == "text":
        is_code = any(mark["type"] == "code" for mark in node.get("marks", ()))
        return f"`{node['text']}`" if is_code else node["text"]
    inner = "".join(text_of(one) for one in node.get("content", ()))
    return f"{inner}\n" if node["type"] in {"paragraph", "heading"} else inner


def _handler(jira):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = json.loads(raw) if raw else None
            status, answer = jira.answer(self.command, self.path, sent, self.headers)
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_):
            """Say nothing."""

    return Handler
