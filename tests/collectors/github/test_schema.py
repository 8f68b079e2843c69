"""Every question we ask of GitHub's GraphQL fits the schema that GitHub publishes."""

import re

import graphql
import pytest

from agent.demo.github.graphql.execution import SCHEMA
from agent.demo.github.graphql.extract import EXTRACT, extract, questions

WRITTEN = EXTRACT.read_text("utf-8")
ORIGIN = re.compile(
    r"# From @octokit/graphql-schema \d+\.\d+\.\d+ \(MIT\), schema\.graphql with SHA-256\n"
    r"# [0-9a-f]{64},\n"
)


@pytest.mark.parametrize("text", questions(), ids=lambda text: re.search(r"query (\w+)", text)[1])
def test_a_question_is_valid_under_the_published_schema(text):
    schema = graphql.build_schema(WRITTEN)

    assert graphql.validate(schema, graphql.parse(text)) == []


def test_a_misspelt_field_is_caught():
    with pytest.raises(ValueError, match="Cannot query field 'headRefOidd'"):
        extract(WRITTEN, [text.replace("headRefOid", "headRefOidd") for text in questions()])


def test_the_extract_says_where_it_came_from():
    assert ORIGIN.match(WRITTEN)


def test_the_extract_holds_what_is_asked_for_and_no_more():
    said, _, types = WRITTEN.partition("\n\n")

    assert said.startswith("# From")
    assert extract(WRITTEN, questions()) == types


def test_the_local_github_executes_the_extract():
    assert SCHEMA == EXTRACT
