"""The server of the demo's AWS: moto's, which refuses at once what it does not have.

Moto's own answers 500 for a service that it does not know. A reader takes that for a passing
fault and asks again, as it should of AWS; here it would wait for nothing.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

from agent.demo.aws_absent import Absent
from agent.demo.aws_recorder import Recorder
from agent.demo.aws_trail import Trail

TWICE = 2
UNKNOWN = json.dumps({"__type": "UnknownOperationException"}).encode()
REQUEST_ID = "x-amzn-requestid"
IN_XML = re.compile(rb"(?<=<RequestId>)[^<]*(?=</RequestId>)")
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(UNKNOWN)))]


class Refusing:
    """Whatever the application fails to answer twice is unknown to it.

    Moto imports a service when it is first asked for, and two that import each other at one
    moment may find each other half made: the second time they are whole.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        whole = environ.get("wsgi.input_terminated")
        body: bytes = environ["wsgi.input"].read(
            -1 if whole else int(environ.get("CONTENT_LENGTH") or 0)
        )
        for _ in range(TWICE):
            environ["wsgi.input"] = BytesIO(body)
            with suppress(Exception):  # moto names no error of its own for an unknown service
                return self._application(environ, start_response)
        start_response("404 Not Found", HEADERS)
        return [UNKNOWN]


class Named:
    """Answers are called by a UUID, as AWS does it; moto's names are longer."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        said: list[Any] = []
        body = b"".join(self._application(environ, lambda *args: said.extend(args)))
        status, headers, *error = said
        name = str(uuid4())
        named = IN_XML.sub(name.encode(), body)
        instead = {REQUEST_ID: name}
        if named != body:
            instead["content-length"] = str(len(named))
        start_response(status, [(n, instead.get(n.lower(), v)) for n, v in headers], *error)
        return [named]


def serve(port: int) -> None:
    """Answer on this machine until the process ends."""
    moto = DomainDispatcherApplication(create_backend_app)
    application = Named(Absent(Recorder(Refusing(Trail(moto)))))
    run_simple("127.0.0.1", port, application, threaded=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
