"""A secret is looked up by its reference; a missing one says where and what to do."""

import pytest

from agent.connections.secrets import MissingSecret, resolve

PLACES = {"env:TOKEN": "gapwatch.yaml: $.sources.github[0].token"}


def test_a_variable_and_a_file_are_read_without_the_end_of_the_line(tmp_path):
    (tmp_path / "token").write_text("from a file\n")

    assert resolve("env:TOKEN", {"TOKEN": "from a variable\n"}) == "from a variable"
    assert resolve(f"file:{tmp_path}/token", {}) == "from a file"


def test_what_is_no_reference_is_itself():
    assert resolve("json://127.0.0.1:9000", {}) == "json://127.0.0.1:9000"


@pytest.mark.parametrize("environment", [{}, {"TOKEN": ""}, {"TOKEN": " \n"}])
def test_a_missing_variable_is_named_with_file_and_path(environment):
    with pytest.raises(MissingSecret) as missing:
        resolve("env:TOKEN", environment, PLACES)

    assert str(missing.value) == (
        "gapwatch.yaml: $.sources.github[0].token: "
        "the environment variable TOKEN is not set: set it"
    )


def test_a_missing_an_empty_and_a_binary_file_are_named(tmp_path):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    for name, why in {"none": "No such file", "empty": "is empty", "binary": "UTF-8"}.items():
        with pytest.raises(MissingSecret, match=rf"{name}.*{why}"):
            resolve(f"file:{tmp_path}/{name}", {})
