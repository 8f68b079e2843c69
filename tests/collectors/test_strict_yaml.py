"""A file means one thing, or it is refused with the line and what to write instead."""

import pytest
import yaml

from collectors import strict_yaml
from collectors.strict_yaml import BadYaml, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="an empty file"),
        pytest.param("# only this", None, id="a comment"),
        pytest.param("a: 1\nb: [x, {c: 0.5}]", {"a": 1, "b": ["x", {"c": 0.5}]}, id="all shapes"),
        pytest.param("a: true\nb: False", {"a": True, "b": False}, id="booleans"),
        pytest.param("a:\nb: ~\nc: null", {"a": None, "b": None, "c": None}, id="nothing"),
        pytest.param("id: '012345670123'", {"id": "012345670123"}, id="a quoted id"),
        pytest.param("id: 123456789012", {"id": 123456789012}, id="an id without leading zero"),
        pytest.param("at: 2026-10-01", {"at": "2026-10-01"}, id="a date stays text"),
        pytest.param("at: 2026-13-45", {"at": "2026-13-45"}, id="so does what is no date"),
        pytest.param("at: 2026-10-01T09:00:00Z", {"at": "2026-10-01T09:00:00Z"}, id="a moment"),
        pytest.param("version: 1.2.3", {"version": "1.2.3"}, id="a version of three parts"),
        pytest.param("country: 'NO'", {"country": "NO"}, id="a quoted NO"),
        pytest.param("text: |\n  NO\n", {"text": "NO\n"}, id="a block of text"),
        pytest.param(f"n: {2**63 - 1}", {"n": 2**63 - 1}, id="the largest number"),
    ],
)
def test_plain_values_are_read(text, value):
    assert load(text, file="f.yaml") == value


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        pytest.param("a: 1\nb: 2\na: 3", 3, "a", "given twice, first on line 1", id="twice"),
        pytest.param("s:\n- x: 1\n  x: 1", 3, "s[0].x", "given twice", id="twice, deep"),
        pytest.param("c: NO", 1, "c", "in quotes", id="NO for false"),
        pytest.param("c: [on]", 1, "c[0]", "in quotes", id="on for true"),
        pytest.param("on: 1", 1, "", "in quotes", id="a key that reads as true"),
        pytest.param("a: {id: 012345670123}", 1, "a.id", "in quotes", id="octal"),
        pytest.param("id: 012345670189", 1, "id", "in quotes", id="not even octal"),
        pytest.param("n: 0o17", 1, "n", "in quotes", id="octal of YAML 1.2"),
        pytest.param("n: 0x1F", 1, "n", "in quotes", id="hexadecimal"),
        pytest.param("n: 1_000", 1, "n", "in quotes", id="underscore"),
        pytest.param("at: 12:30", 1, "at", "in quotes", id="to the base of sixty"),
        pytest.param("sha: 12e45678", 1, "sha", "in quotes", id="a hash like a power of ten"),
        pytest.param("n: .nan", 1, "n", "in quotes", id="not a number"),
        pytest.param(f"n: {2**63}", 1, "n", "in quotes", id="too large for JSON"),
        pytest.param("n: 1" + "0" * 5000, 1, "n", "in quotes", id="far too large"),
        pytest.param("1: one", 1, "", "a key is text", id="a key that is a number"),
        pytest.param("? [a]\n: b", 1, "", "a key is text", id="a key that is a list"),
        pytest.param("a: &x 1\nb: *x", 2, "", "aliases are not read", id="alias"),
        pytest.param("<<: {a: 1}", 1, "", "merging is not read", id="merge"),
        pytest.param("a: !!python/name:os.system x", 1, "a", "tag", id="tag"),
        pytest.param("a: !own {b: 1}", 1, "a", "tag", id="tag of a mapping"),
        pytest.param("a: 1\n---\nb: 2", 2, "", "another document", id="two documents"),
        pytest.param("a: [1", 1, "", "flow sequence", id="left open"),
        pytest.param("a: 1\nb: \x07", 2, "", "control character", id="control character"),
        pytest.param("[" * 5000, 1, "", "less deeply", id="nested too deeply"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text, line, key, remedy):
    with pytest.raises(BadYaml) as refusal:
        load(text, file="f.yaml")

    assert (refusal.value.file, refusal.value.line, refusal.value.key) == ("f.yaml", line, key)
    assert remedy in refusal.value.remedy
    assert str(refusal.value).startswith(f"f.yaml, line {line}")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, strict_yaml.LOADER])
@pytest.mark.parametrize(
    "written",
    [
        *("0123456", "1e10", "12:30", "0o17", "1_000_000"),
        *("!hunter2", "!hunter2!x", "!!hunter2", "*hunter2", "&hunter2 &hunter3"),
        *("@hunter2", "%hunter2", "`hunter2", '"hunter2', "'hunter2", "[hunter2", "{hunter2"),
        *("hunter2: x", "hunter2\n x: y", "|hunter2", "hunter2\t: ]", "hunter2\x07"),
    ],
)
def test_a_value_that_is_refused_is_not_told(loader, written, monkeypatch):
    """It may be a secret that somebody wrote without quotes, or somebody's number."""
    monkeypatch.setattr(strict_yaml, "LOADER", loader)
    with pytest.raises(BadYaml) as refusal:
        load(f"a: 1\nb: {written}", file="f.yaml")

    assert "hunter" not in str(refusal.value)
    assert written not in str(refusal.value)
