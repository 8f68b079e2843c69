"""Buckets on servers of the tests' own, and what an administrator can do to them."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest

from agent.connections.evidence_bucket import evidence
from agent.demo.local_aws import LocalAws
from agent.settings.store import Bucket, EvidenceLock, EvidenceOptions, StoreSettings
from tests.agent.house import Clock

REGION = "eu-west-1"
ELSEWHERE = Path(sys.prefix) / "ministack/bin/ministack"
"""Pins libraries of its own, so it lives in an environment of its own; `make test` sets it up."""


@dataclass
class Servers:
    """One S3 server, as its administrator sees it."""

    url: str
    numbers: count
    access_key: str = "test"

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    def client(self, service, access_key=None, secret_key="test") -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=access_key or self.access_key,
            aws_secret_access_key=secret_key,
        )

    def bucket(self, *, lock=False):
        """The name of a new bucket."""
        name = f"evidence-{next(self.numbers)}"
        where = {"LocationConstraint": REGION}
        self.s3.create_bucket(
            Bucket=name, ObjectLockEnabledForBucket=lock, CreateBucketConfiguration=where
        )
        return name

    def blobs(self, bucket, *, prefix="gapwatch", lock=None, clock=None, key_file=None, **options):
        """As the program makes them from its configuration; `lock` is a mode and days."""
        given = {"endpoint_url": self.url, "region": REGION} | options
        if not given.get("profile"):
            given |= {"access_key": "env:KEY", "secret_key": "env:SECRET"}
        settings = StoreSettings(
            evidence=Bucket(name=bucket, prefix=prefix),
            evidence_options=EvidenceOptions(
                lock=EvidenceLock(mode=lock[0], days=lock[1]) if lock else None,
                redaction_key=f"file:{key_file or '/nowhere/key'}",
                **given,
            ),
        )
        secrets = {"env:KEY": self.access_key, "env:SECRET": "test"}
        return evidence(settings, lambda name: secrets.get(name, name), clock=clock or Clock())

    def versions(self, bucket):
        """Every version of every object, delete markers included."""
        listed = self.s3.list_object_versions(Bucket=bucket)
        return [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]

    @contextmanager
    def judging(self, *actions):
        """Somebody may do these and nothing else, and so may nobody else (moto only)."""
        iam = self.client("iam")
        user = f"gapwatch-{next(self.numbers)}"
        iam.create_user(UserName=user)
        if actions:
            statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName=user, PolicyName="may", PolicyDocument=policy)
        keys = iam.create_access_key(UserName=user)["AccessKey"]
        self._free_calls(b"0")
        try:
            yield keys["AccessKeyId"], keys["SecretAccessKey"]
        finally:
            self._free_calls(b"inf")

    def _free_calls(self, number):
        plain = {"Content-Type": "text/plain"}
        urlopen(Request(f"{self.url}/moto-api/reset-auth", data=number, headers=plain))


@contextmanager
def moto():
    with LocalAws() as server:
        yield Servers(server.url, count(1))


@contextmanager
def ministack():
    """The other server, or a skipped test that says what is missing."""
    if not ELSEWHERE.exists():
        pytest.skip(f"there is no {ELSEWHERE}: `make test` sets it up")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    process = subprocess.Popen(
        [ELSEWHERE], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield Servers(f"http://localhost:{port}", count(1), access_key="123456789012")
    finally:
        process.terminate()
        process.wait(timeout=20)


def days(number):
    return timedelta(days=number)


def redaction_key(folder):
    return Path(folder) / "gapwatch-redaction.key"
