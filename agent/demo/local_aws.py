"""The demo's AWS server: moto in a process of its own, with a trail in front of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from agent.connections.aws_clients import drop_account_prefix
from agent.demo.aws_estate import HOME, OPERATIONS, READER, drift, seed, seed_other

PATIENCE_SECONDS = 60
ANY_KEYS = {f"aws_{part}": "demo" for part in ("access_key_id", "secret_access_key")}
"""The local server takes every key."""


class LocalAws:
    """Starts the server, seeds two accounts, and lets one of them drift."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"http://localhost:{self._port}"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-m", "agent.demo.aws_server", str(self._port)],
            env={**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    def seed(self) -> None:
        """Fill both accounts."""
        seed(self.client)
        seed_other(self._as(READER, "seed"))

    def drift(self) -> None:
        """Break what the second cycle is to find; the trail remembers who did it."""
        drift(self._as(OPERATIONS, "ben"))

    def _as(self, role: str, person: str) -> Callable[..., Any]:
        """The clients of somebody who assumed a role."""
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName=person)["Credentials"]

        def client(service: str, region: str = HOME) -> Any:
            return self._client(
                service,
                region,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )

        return client

    def client(self, service: str, region: str = HOME) -> Any:
        """A client of the first account."""
        return self._client(service, region, **ANY_KEYS)

    def _client(self, service: str, region: str, **keys: str) -> Any:
        import boto3  # noqa: PLC0415 - the SDK is loaded when the demo runs

        made = boto3.client(service, region_name=region, endpoint_url=self.url, **keys)  # type: ignore[call-overload]
        made.meta.events.register("before-call.s3-control", drop_account_prefix)
        return made

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError("the local AWS ended at once: is `gapwatch[demo]` installed?")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the local AWS did not answer within {PATIENCE_SECONDS} s")


def free_port(wished: int = 0) -> int:
    """A port nobody listens on: the wished one if it is free, else any."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return free_port()
        port: int = probe.getsockname()[1]
        return port
