"""What the demo's AWS makes of a fault of moto's."""

from io import BytesIO

import pytest

from agent.demo.aws_server import Refusing


class Moto:
    """Fails so often before it answers; keeps what it was asked."""

    def __init__(self, failures):
        self.failures = failures
        self.bodies = []

    def __call__(self, environ, start_response):
        self.bodies.append(environ["wsgi.input"].read())
        if len(self.bodies) <= self.failures:
            raise ImportError("half made")
        start_response("200 OK", [])
        return [b"<Answer/>"]


def ask(moto, **environ):
    said = []
    body = {"wsgi.input": BytesIO(b"Action=ListThings"), **environ}
    Refusing(moto)(body, lambda *told: said.extend(told))
    return said[0]


@pytest.mark.parametrize("length", [{"CONTENT_LENGTH": "17"}, {"wsgi.input_terminated": True}])
def test_what_fails_once_is_asked_again_with_all_that_was_said(length):
    moto = Moto(failures=1)

    assert ask(moto, **length) == "200 OK"
    assert moto.bodies == [b"Action=ListThings"] * 2


def test_what_fails_twice_is_unknown():
    assert ask(Moto(failures=2), CONTENT_LENGTH="17") == "404 Not Found"
