"""A secret that somebody wrote into the configuration is refused, and not told."""

import pytest

from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.settings.words import BadConfiguration

SECRET = "hunter2secret"
USUAL = {
    "company": "{name: Acme, service: Acme Cloud}",
    "assessment": "{report: type-1, criteria: [security], "
    "window: {start: 2026-10-01, end: 2026-10-02}}",
    "sources": "{gcp: [{name: data, projects: [a]}]}",
}


@pytest.mark.parametrize(
    ("section", "written"),
    [
        ("store", "{url: 'postgresql+psycopg://ada:%s@db.test/gapwatch'}"),
        ("store", "{url: 'postgresql+psycopg://db.test/gapwatch?user=ada&password=%s'}"),
        ("store", "{url: 'mysql://ada:%s@db.test/gapwatch'}"),
        ("store", "{signing_key: %s}"),
        ("sources", "{github: [{name: a, organization: a, token: %s}]}"),
        ("sources", "{github: [{name: a, organization: a, token: [%s]}]}"),
        ("sources", "{github: [{name: a, organization: a, token: !%s x}]}"),
        ("sources", "{github: [{name: a, organization: a, token: %s: x}]}"),
        ("sources", "{aws: [{name: a, access_key: %s, secret_key: %s}]}"),
        ("sources", "{aws: [{name: a, external_id: %s, role: %s}]}"),
        ("sources", "{aws: [{name: a, endpoint_url: 'https://ada:%s@aws.test'}]}"),
        ("sources", "{gcp: [{name: a, projects: [a], credentials: %s}]}"),
        ("alerts", "[{to: 'mailto://ada:%s@mail.test'}]"),
        ("alerts", "[{to: 'https://hooks.test/services/%s'}]"),
        ("alerts", "[{to: 'jsons://hooks.test/?token=%s'}]"),
    ],
)
def test_a_secret_in_the_open_is_refused_without_telling_it(tmp_path, section, written):
    file = tmp_path / "gapwatch.yaml"
    sections = {**USUAL, section: written.replace("%s", SECRET)}
    file.write_text("".join(f"{name}: {text}\n" for name, text in sections.items()))
    with pytest.raises(BadConfiguration) as refusal:
        load_settings(file, all_checks())

    assert SECRET not in str(refusal.value)


def test_the_options_of_a_database_that_are_no_secrets_may_stand_there(tmp_path):
    file = tmp_path / "gapwatch.yaml"
    store = "{url: 'postgresql+psycopg://ada@db.test/gapwatch?sslmode=verify-full&passfile=/x'}"
    file.write_text("".join(f"{n}: {t}\n" for n, t in {**USUAL, "store": store}.items()))

    assert load_settings(file, all_checks()).store.url.endswith("passfile=/x")
