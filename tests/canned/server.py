"""A small AWS in a process of its own: it answers what was recorded, to whichever account asks.

An access key names the account that asks, so one table answers for thousands of them.
Whatever is not in the table is answered 501: an empty 200 would read as "there are none".
"""

import json
import re
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.journeys.faultproxy import SIGNED_FOR, Reply, Request, denied_by_aws

SIGNED_IN = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
TEMPLATE = b"123456789012"
"""The account whose answers were recorded."""
MOMENT = re.compile(
    r"(?<!Version=)20\d\d-\d\d-\d\d(T[0-9:.]+|T(\d\d%3A)+[0-9.]+)?Z?|\b1[789]\d{8}(\.\d+)?\b"
)
"""The version of an interface is not one: both kinds of load balancers are asked in one place."""
ORGANIZATION = "o-canned0000"
ORDERS = "/-/"
DENIED = re.compile(rb"AccessDeniedException|AccessDenied|UnauthorizedOperation")
NOT_AUTHORIZED = b"is not authorized to perform this action"


class Key(NamedTuple):
    """What makes two requests the same question."""

    region: str
    service: str
    verb: str
    path: str
    target: str
    body: str


def key_of(request: Request) -> Key:
    """The question, without what differs each time: signature, date and request id."""
    signed = SIGNED_IN.search(request.headers.get("Authorization", ""))
    region, service = (signed["region"], signed["service"]) if signed else ("", "")
    url = urlsplit(request.path)
    query = urlencode(sorted(parse_qsl(url.query, keep_blank_values=True)))
    body = request.body.decode("latin-1")
    target = request.headers.get("X-Amz-Target", "")
    return Key(region, service, request.verb, _always(f"{url.path}?{query}"), target, _always(body))


def _always(text: str) -> str:
    """The same text at whatever moment it is asked."""
    return MOMENT.sub("MOMENT", text)


class Canned(NamedTuple):
    """One recorded answer, and which operation it was asked for."""

    operation: str
    status: int
    headers: dict[str, str]
    body: bytes


def account_of(request: Request) -> str:
    """The account that an access key names: the last twelve digits, if it ends in them."""
    signed = SIGNED_IN.search(request.headers.get("Authorization", ""))
    digits = re.search(r"\d{12}$", signed["key"]) if signed else None
    return digits[0] if digits else TEMPLATE.decode()


class Table:
    """What was recorded, with the region of the template beside the regions it stands for."""

    def __init__(self, path: Path, *, accounts: int = 0, regions: tuple[str, ...] = ()) -> None:
        told = json.loads(path.read_text())
        self.home = told["home"]
        self._answers = {
            Key(*key): Canned(operation, status, headers, body.encode("latin-1"))
            for key, operation, status, headers, body in told["answers"]
        }
        self._accounts = accounts
        self._regions = regions

    def find(self, request: Request) -> Canned | None:
        """The answer as this account in this region would get it."""
        key = key_of(request)
        if key.service == "sts" and "Action=AssumeRole&" in key.body:
            return assumed(dict(parse_qsl(key.body))["RoleArn"])
        if self._accounts and key.target.endswith(".ListAccounts"):
            if account_of(request) != TEMPLATE.decode():
                return refused_to_members()
            return self._listed(json.loads(key.body or "{}"))
        if self._regions and "Action=DescribeRegions&" in key.body:
            return self._enabled()
        account = account_of(request)
        template = key._replace(
            path=key.path.replace(account, TEMPLATE.decode()),
            body=key.body.replace(account, TEMPLATE.decode()),
        )
        found = self._answers.get(template)
        if found is None and self._regions:
            found = self._elsewhere(template)
        if found is None:
            return None
        return found._replace(body=found.body.replace(TEMPLATE, account.encode()))

    def _elsewhere(self, key: Key) -> Canned | None:
        """What the template's home answers, told as if it were of the region that was asked."""
        at_home = key._replace(
            region=self.home,
            path=key.path.replace(key.region, self.home),
            body=key.body.replace(key.region, self.home),
        )
        found = self._answers.get(at_home)
        if found is None:
            return None
        return found._replace(body=found.body.replace(self.home.encode(), key.region.encode()))

    def _listed(self, asked: dict[str, object]) -> Canned:
        """Twenty accounts a page, as AWS has it."""
        start = int(str(asked.get("NextToken", "0")))
        numbers = range(start, min(start + 20, self._accounts))
        ids = [f"{number + 1:012}" for number in numbers]
        arn = f"arn:aws:organizations::{1:012}:account/{ORGANIZATION}"
        body: dict[str, object] = {
            "Accounts": [{"Id": i, "Arn": f"{arn}/{i}", "State": "ACTIVE"} for i in ids]
        }
        if numbers.stop < self._accounts:
            body["NextToken"] = str(numbers.stop)
        return _json("organizations:ListAccounts", body)

    def _enabled(self) -> Canned:
        items = "".join(f"<item><regionName>{name}</regionName></item>" for name in self._regions)
        answer = "DescribeRegionsResponse"
        body = f"<{answer}><regionInfo>{items}</regionInfo></{answer}>"
        return Canned("ec2:DescribeRegions", 200, {"Content-Type": "text/xml"}, body.encode())


def assumed(role: str) -> Canned:
    """Keys that name the account of the role."""
    account = role.split(":")[4]
    body = (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
        f"<AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        "<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
        "</Credentials><AssumedRoleUser>"
        f"<Arn>arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/gapwatch</Arn>"
        "<AssumedRoleId>AROA:gapwatch</AssumedRoleId></AssumedRoleUser>"
        "</AssumeRoleResult></AssumeRoleResponse>"
    )
    return Canned("sts:AssumeRole", 200, {"Content-Type": "text/xml"}, body.encode())


def refused_to_members() -> Canned:
    """Only the management account, and whom it delegated to, may list an organization."""
    refused = _json("organizations:ListAccounts", {"__type": "AccessDeniedException"})
    return refused._replace(status=400)


def _json(operation: str, body: object) -> Canned:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    return Canned(operation, 200, headers, json.dumps(body).encode())


class Faults:
    """What goes wrong on purpose: an operation, a fault, and how often each question meets it."""

    def __init__(self) -> None:
        self.plan: dict[str, object] = {}
        self.met: Counter[Key] = Counter()
        self.asked = 0

    def order(self, plan: dict[str, object]) -> bytes:
        """Take a new order; the answer is how often the last one was met, and what was asked."""
        told = {"met": sum(self.met.values()), "asked": self.asked}
        self.plan, self.met, self.asked = plan, Counter(), 0
        return json.dumps(told).encode()

    def of(self, operation: str, request: Request) -> str | None:
        if operation != self.plan.get("operation"):
            return None
        key = key_of(request)
        self.met[key] += 1
        times = self.plan["times"]
        return str(self.plan["fault"]) if times is None or self.met[key] <= times else None


def throttled_by_aws(request: Request) -> Reply:
    """As AWS throttles: EC2 and S3 have words of their own."""
    if signed_for(request) == "s3":
        return refused_by_aws(request, "SlowDown")._replace(status=503)
    return refused_by_aws(
        request, "RequestLimitExceeded" if signed_for(request) == "ec2" else "Throttling"
    )


def refused_by_aws(request: Request, words: str) -> Reply:
    """As AWS refuses by some code, in the service's own protocol; a sentence may follow it."""
    code, _, sentence = words.partition(": ")
    denied = denied_by_aws(request, lambda _: Reply(0, {}, b""))
    body = DENIED.sub(code.encode(), denied.body).replace(NOT_AUTHORIZED, sentence.encode())
    headers = {n: code if n == "x-amzn-ErrorType" else v for n, v in denied.headers.items()}
    return Reply(400, headers, body)


def signed_for(request: Request) -> str:
    found = SIGNED_FOR.search(request.headers.get("Authorization", ""))
    return found["service"] if found else ""


def answer(table: Table, faults: Faults, request: Request) -> Reply | None:
    """The recorded answer, or the fault that was ordered; `None` breaks the line."""
    faults.asked += 1
    found = table.find(request)
    if found is None:
        return Reply(501, {"Content-Type": "text/plain"}, b"not recorded")
    match faults.of(found.operation, request):
        case "drop":
            return None
        case "throttle":
            return throttled_by_aws(request)
        case "deny":
            return denied_by_aws(request, lambda _: Reply(0, {}, b""))
        case str(code):
            return refused_by_aws(request, code)
    return Reply(found.status, found.headers, found.body)


def handler(table: Table, faults: Faults) -> type[BaseHTTPRequestHandler]:
    """Answers each request from the table, or with the fault that was ordered."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, self.headers, body)
            if self.path.startswith(ORDERS):
                self.reply(Reply(200, {}, faults.order(json.loads(body))))
                return
            reply = answer(table, faults, request)
            if reply is None:
                self.close_connection = True
            else:
                self.reply(reply)

        def reply(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def main(path: str, accounts: str = "0", *regions: str) -> None:
    """Answer until the process is ended; the port is told on the first line of output."""
    table = Table(Path(path), accounts=int(accounts), regions=regions)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(table, Faults()))
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
