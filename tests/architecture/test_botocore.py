"""What gapwatch leans on inside botocore, pinned: a newer one that differs is noticed here."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import boto3
import botocore.session
import pytest
from moto.server import ThreadedMotoServer

from agent.connections.aws import AwsConnection
from agent.connections.aws import asking as asked_in
from collectors.aws.account import NOT_TURNED_ON
from collectors.contract import ApiCall
from tests.evidence import NOW

HOME = "eu-west-1"
JSON = ApiCall("dynamodb", "ListTables", "")
REST_JSON = ApiCall("backup", "ListProtectedResources", "")
QUERY = ApiCall("iam", "ListUsers", "")
EC2 = ApiCall("ec2", "DescribeVolumes", "")
REST_XML = ApiCall("s3", "ListBuckets", "")
SESSION_OF_MACIE = ApiCall("macie2", "GetMacieSession", "")
PROTOCOLS = [
    pytest.param(JSON, id="json"),
    pytest.param(REST_JSON, id="rest-json"),
    pytest.param(QUERY, id="query"),
    pytest.param(EC2, id="ec2"),
    pytest.param(REST_XML, id="rest-xml"),
]
A_PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"


@dataclass
class Answer:
    body: bytes
    status: int = 200
    headers: dict = field(default_factory=dict)

    @property
    def all_headers(self):
        framed = {"content-length", "transfer-encoding"} & {*map(str.lower, self.headers)}
        return self.headers if framed else {"Content-Length": str(len(self.body)), **self.headers}


@contextmanager
def server(answer):
    """A server of our own: `answer` takes a request's headers and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            given = answer(self.headers, self.rfile.read(length))
            self.send_response_only(given.status)
            for name, value in given.all_headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body)

        def do_GET(self):
            self.do_POST()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://localhost:{listening.server_port}"
        finally:
            listening.shutdown()


def connection(url, **settings):
    keys = {"access_key": "test", "secret_key": "test"}
    return AwsConnection(
        name="test",
        regions=(HOME,),
        endpoint_url=url,
        clock=lambda: NOW,
        **{"attempts": 1, **keys, **settings},
    )


def asking(url, **settings):
    connected = connection(url, **settings)
    return asked_in(connected, connected.clock)(HOME)


@pytest.fixture(scope="module")
def answered():
    """Asks one question of a server that gives one answer, with the same clients every time."""
    given = []
    with server(lambda *_: given[-1]) as url:
        ask = asking(url)

        def answered(call, answer, **arguments):
            given.append(answer)
            return ask(call, arguments)

        yield answered


@pytest.mark.parametrize("call", PROTOCOLS)
@pytest.mark.parametrize("announced", ["Content-Length", "content-length"])
@pytest.mark.parametrize("body", [b"", b'{"TableNames": ["invoi', b"<ListUsersResponse><Use"])
def test_an_answer_that_breaks_off_is_refused(answered, call, announced, body):
    exchange = answered(call, Answer(body, headers={announced: "5000"}))

    assert (exchange.code, exchange.response) == ("AnswerBrokenOff", {})


@pytest.mark.parametrize("call", PROTOCOLS)
def test_an_answer_in_pieces_that_breaks_off_is_refused(answered, call):
    in_pieces = {"Transfer-Encoding": "chunked"}
    exchange = answered(call, Answer(b"e\r\n<ListUsersResp", headers=in_pieces))

    assert (exchange.code, exchange.response) == ("ConnectionClosedError", {})


def test_an_answer_that_breaks_off_once_is_asked_for_again():
    answers = iter(
        [Answer(b'{"Tab', headers={"Content-Length": "50"}), Answer(b'{"TableNames":[]}')]
    )
    with server(lambda *_: next(answers)) as url:
        exchange = asking(url, attempts=2, pause=lambda _: None)(JSON, {})

    assert (exchange.code, exchange.response) == (None, {"TableNames": []})


@pytest.mark.parametrize("call", PROTOCOLS)
@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("body", [A_PAGE, b"\n <html></html>", b"Service unavailable", b""])
def test_what_is_not_from_aws_is_refused(answered, call, status, body):
    """S3's own part of botocore takes a good answer that is no XML for an error of the server."""
    exchange = answered(call, Answer(body, status=status))

    assert exchange.code in {"AnswerNotFromAws", "500"}
    assert exchange.response.keys() <= {"Error"}


@pytest.mark.parametrize("call", PROTOCOLS)
@pytest.mark.parametrize("status", [403, 404, 500])
@pytest.mark.parametrize("body", [A_PAGE, b"", b"<Error><Code></Code></Error>", b"{}"])
def test_a_refusal_without_a_word_of_aws_is_a_refusal(answered, call, status, body):
    exchange = answered(call, Answer(body, status=status))

    assert exchange.code in {str(status), "ResponseParserError"}
    assert exchange.response.keys() <= {"Error", "body"}


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        (b"Macie is not enabled", NOT_TURNED_ON),
        (b"User is not authorized: Macie is not enabled", "AccessDeniedException"),
    ],
)
def test_a_service_that_is_off_is_told_from_a_missing_permission(answered, sentence, code):
    """Macie has one code for both, and only its sentence tells; the sentence is not kept."""
    headers = {"x-amzn-ErrorType": "AccessDeniedException"}
    body = b'{"message": "' + sentence + b'"}'
    exchange = answered(SESSION_OF_MACIE, Answer(body, status=403, headers=headers))

    assert exchange.code == code
    assert sentence.decode() not in str(exchange.response)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        pytest.param(JSON, b'\n{"TableNames": []}', id="json"),
        pytest.param(REST_JSON, b'{"Results": []}', id="rest-json"),
        pytest.param(
            QUERY,
            b'<?xml version="1.0"?><ListUsersResponse><ListUsersResult><Users/>'
            b"</ListUsersResult></ListUsersResponse>",
            id="query",
        ),
        pytest.param(
            EC2, b"<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>", id="ec2"
        ),
        pytest.param(
            REST_XML, b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>", id="s3"
        ),
    ],
)
def test_a_whole_answer_is_read(answered, call, body):
    exchange = answered(call, Answer(body))

    assert exchange.code is None
    assert [value for value in exchange.response.values() if isinstance(value, list)] == [[]]


def test_an_answer_that_is_a_text_of_its_own_is_read(answered):
    policy = json.dumps({"Version": "2012-10-17", "Statement": []}).encode()
    exchange = answered(ApiCall("s3", "GetBucketPolicy", ""), Answer(policy), Bucket="invoices")

    assert (exchange.code, exchange.response) == (None, {"Policy": policy.decode()})


def test_the_event_before_parsing_hands_over_all_that_came():
    seen = []
    with server(lambda *_: Answer(b'{"TableNames": []}', headers={"X-Here": "yes"})) as url:
        session = botocore.session.Session()
        session.set_credentials("test", "test")
        session.register("before-parse", lambda **event: seen.append(event))
        session.create_client("dynamodb", region_name=HOME, endpoint_url=url).list_tables()

    (event,) = seen
    assert event["response_dict"]["body"] == b'{"TableNames": []}'
    assert event["response_dict"]["status_code"] == 200
    assert event["response_dict"]["headers"].get("x-here") == "yes"
    assert event["response_dict"]["headers"].get("CONTENT-LENGTH") == "18"
    assert event["operation_model"].service_model.resolved_protocol == "json"


@pytest.fixture(scope="module")
def moto_url():
    moto = ThreadedMotoServer(port=0)
    moto.start()
    _, port = moto.get_host_and_port()
    yield f"http://localhost:{port}"
    moto.stop()


def seed(url, service):
    return boto3.client(
        service,
        region_name=HOME,
        endpoint_url=url,
        aws_access_key_id="seed",
        aws_secret_access_key="seed",
    )


def test_times_are_left_as_aws_writes_them(moto_url):
    seed(moto_url, "s3").create_bucket(
        Bucket="invoices", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    seed(moto_url, "iam").create_user(UserName="ada")
    seed(moto_url, "kms").create_key()
    ask = asking(moto_url)

    (bucket,) = ask(REST_XML, {}).response["Buckets"]
    (user,) = ask(QUERY, {}).response["Users"]
    (key,) = ask(ApiCall("kms", "ListKeys", ""), {}).response["Keys"]
    described = ask(ApiCall("kms", "DescribeKey", ""), {"KeyId": key["KeyId"]}).response
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", bucket["CreationDate"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", user["CreateDate"])
    assert type(described["KeyMetadata"]["CreationDate"]) in (int, float)


def test_an_assumed_role_is_who_asks(moto_url):
    role = "arn:aws:iam::210987654321:role/GapwatchReadOnly"
    home, *_ = connection(moto_url, role=role).units()

    assert home.scope == "aws:210987654321"
    assert home.identity == "arn:aws:sts::210987654321:assumed-role/GapwatchReadOnly/gapwatch"


class Issuer:
    """Answers `AssumeRole` with keys that live as long as told, and notes who asks what."""

    def __init__(self, lifetime):
        self.lifetime = lifetime
        self.assumed = []
        self.asked_with = []

    def __call__(self, headers, body):
        asked = {name: value for name, (value, *_) in parse_qs(body.decode()).items()}
        (key,) = re.findall(r"Credential=(\w+)/", headers["Authorization"])
        if asked.get("Action") == "AssumeRole":
            self.assumed.append((key, asked))
            return Answer(self.keys(f"ASIA{len(self.assumed)}").encode())
        self.asked_with.append((key, headers["X-Amz-Security-Token"]))
        return Answer(b'{"TableNames": []}')

    def keys(self, name):
        until = datetime.now(UTC) + self.lifetime
        return (
            "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
            f"<AccessKeyId>{name}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
            f"<SessionToken>token-{name}</SessionToken>"
            f"<Expiration>{until:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
            "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )


ROLE = {"role": "arn:aws:iam::210987654321:role/GapwatchReadOnly", "external_id": "shared"}


def test_a_role_is_assumed_once_while_its_keys_live():
    issuer = Issuer(timedelta(hours=1))
    with server(issuer) as url:
        ask = asking(url, **ROLE)
        assert [ask(JSON, {}).code for _ in range(3)] == [None] * 3

    ((with_key, asked),) = issuer.assumed
    assert with_key == "test"
    assert asked["RoleArn"] == ROLE["role"]
    assert asked["ExternalId"] == "shared"
    assert issuer.asked_with == [("ASIA1", "token-ASIA1")] * 3


def test_a_role_is_assumed_again_before_its_keys_expire():
    issuer = Issuer(timedelta(minutes=2))
    with server(issuer) as url:
        ask = asking(url, **ROLE)
        assert [ask(JSON, {}).code for _ in range(2)] == [None] * 2

    first, second = issuer.asked_with
    assert first != second
    assert {key for key, _ in issuer.assumed} == {"test"}


def test_a_role_that_is_refused_is_a_refusal_and_no_crash():
    denied = Answer(
        b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", status=403
    )
    with server(lambda *_: denied) as url:
        exchange = asking(url, **ROLE)(JSON, {})

    assert exchange.code == "AccessDenied"
