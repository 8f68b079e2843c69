"""When AWS credentials end, as far as anybody can know it without asking AWS."""

from datetime import UTC, datetime

import pytest
from moto.server import ThreadedMotoServer

from agent.connections.aws import AwsConnection
from agent.connections.aws_clients import SignIn, session_ends

ENDS = {"AWS_CREDENTIAL_EXPIRATION": "2027-01-01T00:00:00Z"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """The credentials that this machine's environment holds, and no others."""

    def environment(**variables):
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.setenv(name, "set")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return environment


def test_a_session_in_the_environment_says_when_it_ends(environment):
    environment(**ENDS)

    assert session_ends(SignIn()) == datetime(2027, 1, 1, tzinfo=UTC)


def test_keys_have_no_end(environment):
    environment()

    assert session_ends(SignIn()) is None


def test_what_the_configuration_names_is_not_the_environments(environment):
    environment(**ENDS)
    connection = SignIn(access_key="a", secret_key="b")

    assert session_ends(connection) is None


def test_a_machine_in_a_cluster_signs_in_by_its_web_identity(environment, monkeypatch, tmp_path):
    """As IAM roles for service accounts do it: a file with a token, and the name of a role."""
    token = tmp_path / "token"
    token.write_text("a.web.identity")
    environment()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    server = ThreadedMotoServer(port=0)
    server.start()
    url = "http://localhost:{1}".format(*server.get_host_and_port())
    try:
        environment_of_a_pod = {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/gapwatch",
            "AWS_ROLE_SESSION_NAME": "pod",
            "AWS_ENDPOINT_URL_STS": url,
        }
        for name, value in environment_of_a_pod.items():
            monkeypatch.setenv(name, value)
        (unit, *_) = AwsConnection(name="a", endpoint_url=url, regions=("eu-west-1",)).units()
    finally:
        server.stop()

    assert (unit.scope, unit.identity) == (
        "aws:123456789012",
        "arn:aws:sts::123456789012:assumed-role/gapwatch/pod",
    )
