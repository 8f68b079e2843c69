"""Keys, tokens, Apps and webhooks are read, and what opens something is not kept."""

from datetime import timedelta

import pytest

from collectors.evidence.record import Unread
from collectors.github.credentials import access_tokens, deploy_keys, installed_apps, webhooks
from tests.collectors.github.world import app, authorised, deploy_key, fine_grained, hook
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
LATELY = NOW - timedelta(days=3)


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def read(github, collector):
    snapshot, _ = github.snapshot(collector)
    assert snapshot.complete
    return snapshot.records


def test_a_deploy_key_is_read_with_its_use(web):
    pages = web.state.repositories["web"].pages
    pages["keys"] = [deploy_key(1), deploy_key(2, read_only=False, last_used=None)]
    used, unused = read(web, deploy_keys)

    assert (used.name, used.read_only) == ("acme/web key 1", True)
    assert (used.created_at, used.last_used_at) == (LATELY, LATELY)
    assert (unused.read_only, unused.last_used_at) == (False, None)


def test_use_that_is_not_told_is_unread_and_not_never(web):
    key = deploy_key(1)
    del key["last_used"]
    web.state.repositories["web"].pages["keys"] = [key]
    (found,) = read(web, deploy_keys)

    assert isinstance(found.last_used_at, Unread)


def test_keys_of_archived_repositories_open_nothing(web):
    web.state.repositories["web"].pages["keys"] = [deploy_key(1)]
    web.state.archive("web")

    assert read(web, deploy_keys) == ()


def test_tokens_of_both_kinds_are_read(github):
    github.state.pages |= {
        "personal-access-tokens": [fine_grained(1)],
        "credential-authorizations": [authorised(7)],
    }
    classic, fine = read(github, access_tokens)

    assert (fine.owner, fine.fine_grained, fine.expires_at) == ("mia", True, None)
    assert (classic.name, classic.fine_grained) == ("mia personal access token", False)


@pytest.mark.parametrize("plan", ["free", "team"])
def test_authorisations_are_not_asked_for_where_the_plan_has_no_single_sign_on(github, plan):
    github.state.profile["plan"] = {"name": plan}
    read(github, access_tokens)

    assert "GET /orgs/{org}/credential-authorizations" not in github.server.asked


def test_what_an_app_may_write_is_read(github):
    suspended = {**app(2, contents="read"), "suspended_at": "2026-11-01T00:00:00Z"}
    github.state.pages["installations"] = [
        app(1, contents="write", metadata="read", workflows="write"),
        suspended,
    ]
    first, second = read(github, installed_apps)

    assert (first.slug, first.writes, first.suspended) == (
        "app-1",
        {"contents", "workflows"},
        False,
    )
    assert (second.writes, second.suspended) == (frozenset(), True)


def test_a_webhook_is_read_without_what_it_opens(web):
    web.state.pages["hooks"] = [hook(1)]
    web.state.repositories["web"].pages["hooks"] = [hook(2, insecure_ssl="1", secret=None)]
    snapshot, transcript = web.snapshot(webhooks)
    of_repository, of_all = sorted(snapshot.records, key=lambda one: one.has_secret)

    assert (of_all.scheme, of_all.verifies_certificate, of_all.has_secret) == ("https", True, True)
    assert (of_repository.verifies_certificate, of_repository.has_secret) == (False, False)
    assert "opens-everything" not in str(transcript)
    assert "********" not in str(transcript)


@pytest.mark.parametrize(
    ("written", "scheme"),
    [("HTTP://hooks.test/x", "http"), ("opens-everything", "unknown")],
)
def test_of_an_address_only_the_scheme_is_left(github, written, scheme):
    github.state.pages["hooks"] = [hook(1, url=written)]
    snapshot, transcript = github.snapshot(webhooks)

    assert [found.scheme for found in snapshot.records] == [scheme]
    assert written not in str(transcript)
