"""Doctor's look at the ways out: nothing is sent, unless it is asked for."""

import pytest

from agent.alerts.channels import AppriseChannel, NotDelivered
from agent.alerts.pagerduty import PagerDuty
from agent.alerts.webhook import SignedWebhook
from agent.connections.posting import post
from agent.doctor import examine
from tests.agent.alerts.conftest import free_port
from tests.agent.alerts.worker import company as company_at
from tests.evidence import NOW

KEY = "0123456789abcdef0123456789abcdef"
LISTENS = "somebody listens there; whether it is taken, a test message shows"
SILENCE = "the receiver cannot be reached: nobody listens there"


def refusal(channel, address):
    with pytest.raises(NotDelivered) as refused:
        channel.probe(address)
    return refused.value.why


def test_what_listens_is_found_and_hears_nothing(web, mail):
    channel = AppriseChannel()

    assert channel.probe(web.url) == channel.probe(mail.url) == LISTENS
    assert SignedWebhook(post=post, keys=("k",), clock=lambda: NOW).probe(web.plain_url) == LISTENS
    assert PagerDuty(post=post, endpoint=web.plain_url).probe(KEY) == LISTENS
    assert web.posts == []
    assert mail.letters == []


@pytest.mark.parametrize("address", ["json://{}/hook", "mailto://{}?from=a@b.test&to=c@d.test"])
def test_nobody_listens(address):
    assert refusal(AppriseChannel(), address.format(f"127.0.0.1:{free_port()}")) == SILENCE


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://nowhere.invalid/s3cret", "the receiver cannot be reached: it is not found"),
        ("s3cret", "the address is no URL such as https://host/path"),
        ("ftp://host/s3cret", "the address is no URL such as https://host/path"),
        ("http://[s3cret", "the address is no URL such as https://host/path"),
    ],
)
def test_what_cannot_be_a_webhook_is_told_without_its_address(address, why):
    assert refusal(SignedWebhook(post=post, keys=("k",), clock=lambda: NOW), address) == why


def test_a_service_whose_host_is_not_in_the_address_is_understood():
    told = AppriseChannel().probe("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")

    assert told == "an address of Slack; whether it is taken, a test message shows"
    assert "no kind that alerts can be sent to" in refusal(AppriseChannel(), "nonsense")


def test_a_key_of_the_wrong_form_is_none():
    assert "no integration key" in refusal(PagerDuty(post=post, endpoint="http://a"), "s3cret")


@pytest.fixture
def company(tmp_path, web, mail):
    (tmp_path / "hook").write_text(web.plain_url)
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "gapwatch.yaml").write_text(f"""
company: {{name: Acme, service: Acme Cloud}}
assessment:
  report: type-2
  criteria: [security]
  window: {{start: 2026-10-01, end: 2027-03-31}}
sources:
  documents: [{{name: policies, path: ./policies, registers: ./registers}}]
alerts:
  - {{to: '{mail.url}', name: people}}
  - {{to: file:hook, by: webhook, signed_with: env:HOOK_KEY}}
  - {{to: file:key, by: pagerduty, endpoint_url: '{web.plain_url}'}}
  - {{to: env:GONE}}
watching: {{heartbeat: env:ALSO_GONE}}
""")
    (tmp_path / "policies").mkdir()
    (tmp_path / "registers").mkdir()
    return company_at(tmp_path / "gapwatch.yaml", NOW)


def routes(company, **how):
    found = examine(company, lambda **_: None, **how)
    return [one for one in found if one.what.startswith(("alerts", "watching"))]


def test_each_route_is_looked_at_without_sending(company, web, mail):
    found = routes(company)

    assert [one.state for one in found] == ["passed"] * 3 + ["failed"] * 2
    assert found[0].what == "alerts[0] people"
    assert found[3].told.endswith("the environment variable GONE is not set: set it")
    assert web.posts == []
    assert mail.letters == []


def test_a_test_message_says_so_and_resolves_what_it_opens(company, web, mail):
    found = routes(company, send_test=True)

    assert [one.told for one in found[:3]] == ["a test message was taken"] * 3
    (letter,) = mail.letters
    assert letter["Subject"] == "Acme: This is a test of an alert route"
    assert "Nothing happened" in letter.get_content()
    webhook, opened, ended = (post.json for post in web.posts)
    assert webhook["payload"]["changes"][0]["kind"] == "test"
    assert (opened["event_action"], ended["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == ended["dedup_key"]


def test_a_route_that_does_not_take_the_test_message_failed(company, web):
    web.answers = [403]

    (hook,) = [one for one in routes(company, send_test=True) if one.what.startswith("alerts[1]")]
    assert (hook.state, hook.told) == ("failed", "the receiver answered 403")
