"""What is kept of a value that may be a credential: what it looks like, and never the value."""

import base64
import gzip
import json

import pytest

from collectors.contract import ApiCall
from collectors.recognition import recognised
from collectors.transcript import Recorder
from tests.faults import answered

CANARY = "hunter2-canary"


def told(value):
    return recognised(value)["resembles"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("AKIA" + "ABCDEFGHIJKLMNOP", "AWS access key"),
        ("x -----BEGIN RSA PRIVATE KEY----- y", "private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.abcdefghij", "signed token"),
        ("ghp_" + "a" * 36, "GitHub token"),
        ("xoxb-" + "1" * 12, "Slack token"),
        ("https://hooks.slack.com/services/" + "T" * 24, "Slack webhook"),
        ("sk_live_" + "a" * 20, "Stripe key"),
        ("AIza" + "b" * 35, "Google key"),
        (f"postgres://app:{CANARY}@db.internal/app", "address with a password"),
        (f"export DB_PASSWORD={CANARY}", "assigned password"),
        (f'MYSQL_ROOT_PASSWORD: "{CANARY}"', "assigned password"),
    ],
)
def test_credentials_are_told_by_their_form(value, kind):
    assert kind in told(value)


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("", ["nothing"]),
        ("true", ["on"]),
        ("Disabled", ["off"]),
        ("3600", ["number"]),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", ["reference"]),
        ("/shop/prod/db-password", ["reference"]),
        ("{{resolve:secretsmanager:db}}", ["reference"]),
        ("https://login.acme.test/oauth/token", ["reference"]),
        ("production", []),
        (None, []),
    ],
)
def test_what_cannot_be_one_is_told_as_well(value, kinds):
    assert told(value) == kinds


@pytest.mark.parametrize(
    "line",
    [
        "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
        "DB_PASSWORD=${FROM_STORE}",
        "PASSWORD_FILE=/run/secrets/db",
        "password_authentication: false",
        "SECRET_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
    ],
)
def test_a_line_that_says_where_to_look_assigns_nothing(line):
    assert told(line) == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_packed_text_is_looked_into(pack):
    script = f"#!/bin/sh\nexport API_KEY={CANARY}\n".encode()
    assert told(base64.b64encode(pack(script)).decode()) == ["assigned password"]


def test_what_was_never_text_resembles_nothing():
    assert told(base64.b64encode(bytes(range(128, 250))).decode()) == []


def test_a_text_that_unpacks_without_end_is_left_at_its_beginning():
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert told(base64.b64encode(bomb).decode()) == []


def test_of_a_recognised_field_the_value_is_never_kept():
    call = ApiCall("lambda", "ListFunctions", "-", recognise=("Functions.Variables.*",))
    said = {"Functions": [{"Variables": {"PASSWORD": CANARY, "STAGE": ""}}]}
    recorder = Recorder(lambda asked, arguments: answered(asked, arguments, said), b"key")
    kept = recorder(call, {}).response["Functions"][0]["Variables"]

    assert CANARY not in json.dumps(kept)
    assert kept["STAGE"]["resembles"] == ["nothing"]
    assert kept["PASSWORD"].keys() == {"redacted", "resembles"}
