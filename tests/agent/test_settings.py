"""The configuration is read strictly, and a person who mends it sees all problems at once."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.agreement import DEFAULT
from agent.catalogue import Category, load_controls
from agent.settings.loading import annotated_example, load_settings
from agent.settings.scope import Exclusion
from agent.settings.store import Bucket, EvidenceLock
from agent.settings.words import BadConfiguration, is_reference
from checks.contract import Check, Outcome, Severity, Verdict, check, passed
from collectors.evidence.record import Record

SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
"""


class Key(Record, frozen=True, tag="test.key"):
    pass


@check(
    id="test.key.rotated",
    title="Keys are rotated",
    controls=("ACC-08",),
    severity=Severity.LOW,
    remediation="Rotate it.",
    empty=Outcome.NOT_APPLICABLE,
)
def key_rotated(
    key: Key, *, max_age_days: int = 90, approved: tuple[str, ...] = (), share: float = 0.5
) -> Verdict:
    """Old keys leak."""
    return passed(f"{key.id} {max_age_days} {approved} {share}")


@check(
    id="test.key.owned",
    title="Keys have owners",
    controls=("ACC-08",),
    severity=Severity.LOW,
    remediation="Name one.",
    empty=Outcome.NOT_APPLICABLE,
)
def key_owned(key: Key) -> Verdict:
    """A key of nobody is a key of everybody."""
    return passed(key.id)


CHECKS: dict[str, Check] = {c.id: c for c in (key_rotated, key_owned)}
COLLECTORS = ("aws.iam.users", "aws.s3.buckets")


@pytest.fixture
def load(tmp_path):
    """Load a configuration: the smallest one, with these lines added."""

    def load(added="", *, whole=None, collectors=COLLECTORS):
        path = tmp_path / "gapwatch.yaml"
        path.write_text(SMALLEST + added if whole is None else whole)
        return load_settings(path, CHECKS, collectors=collectors)

    return load


@pytest.fixture
def problems(load, tmp_path):
    """The problems a configuration has, without the file's name before each."""

    def problems(added="", **how):
        with pytest.raises(BadConfiguration) as refused:
            load(added, **how)
        lines = str(refused.value).splitlines()
        prefix = f"{tmp_path / 'gapwatch.yaml'}: "
        assert all(line.startswith(prefix) for line in lines)
        return [line.removeprefix(prefix) for line in lines]

    return problems


def aws(**fields):
    written = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return SMALLEST + f"  aws:\n  - name: production\n{written}"


def in_bucket(options):
    return f"store: {{evidence: s3://acme-evidence/gapwatch, evidence_options: {{{options}}}}}\n"


def github(**fields):
    written = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return SMALLEST + f"  github:\n  - name: acme\n    organization: acme\n{written}"


def gcp(**fields):
    written = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return SMALLEST + f"  gcp:\n  - name: data\n{written}"


def test_evidence_in_a_bucket(load, tmp_path):
    store = load(
        in_bucket(
            "region: eu-west-1, role: 'arn:aws:iam::123456789012:role/Evidence', "
            "external_id: env:EXTERNAL, lock: {mode: governance, days: 400}"
        )
    ).store

    assert store.evidence == Bucket(name="acme-evidence", prefix="gapwatch")
    assert store.evidence_options.lock == EvidenceLock(mode="governance", days=400)
    assert store.evidence_options.redaction_key == f"file:{tmp_path}/gapwatch-redaction.key"


def test_evidence_is_kept_for_good_unless_the_company_says_otherwise(load):
    assert load().store.retention is None


def test_retention_as_long_as_the_window_is_long_enough(load):
    retention = load(
        "store: {retention: {keep: 182d, holds: [{name: case-17, reason: asked for, by: alice, "
        "start: 2026-01-01, lifted: {by: bob, reason: settled}}]}}\n"
    ).store.retention

    assert retention.keep == timedelta(days=182)
    (hold,) = retention.holds
    assert (hold.start, hold.end, hold.lifted.by) == (date(2026, 1, 1), None, "bob")


def test_the_smallest_configuration_is_completed(load, tmp_path):
    settings = load()

    assert settings.company.service == "Acme Cloud"
    assert settings.assessment.criteria == (Category.SECURITY,)
    assert settings.assessment.window.start == date(2026, 10, 1)
    assert settings.store.url == f"sqlite:///{tmp_path}/gapwatch.db"
    assert settings.store.evidence == tmp_path / "evidence"
    assert settings.schedule == {DEFAULT: timedelta(hours=1)}
    assert settings.deadlines[Severity.HIGH] == timedelta(days=14)
    assert (settings.web.host, settings.web.port, settings.threads) == ("127.0.0.1", 8080, 8)
    assert settings.places == {}


def test_relative_places_are_relative_to_the_file(load, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    settings = load(
        "store: {url: 'sqlite:///kept/gapwatch.db', evidence: kept/evidence}\n"
        "alerts: [{to: 'file:secrets/slack'}]\n"
    )

    assert settings.store.url == f"sqlite:///{tmp_path}/kept/gapwatch.db"
    assert settings.store.evidence == tmp_path / "kept/evidence"
    assert settings.sources.documents[0].path == tmp_path / "policies"
    assert settings.alerts[0].to == f"file:{tmp_path}/secrets/slack"


def test_absolute_places_stay(load):
    settings = load("store: {url: 'sqlite:////srv/gapwatch.db', evidence: /srv/evidence}\n")

    assert settings.store.url == "sqlite:////srv/gapwatch.db"
    assert settings.store.evidence == Path("/srv/evidence")


def test_every_reference_knows_where_it_stands(load, tmp_path):
    settings = load(whole=github(token="env:GITHUB_TOKEN"))

    assert settings.sources.github[0].token == "env:GITHUB_TOKEN"
    assert settings.places == {
        "env:GITHUB_TOKEN": f"{tmp_path / 'gapwatch.yaml'}: $.sources.github[0].token"
    }


def test_the_narrowest_interval_wins(load):
    settings = load("schedule: {default: 90s, aws: 15m, aws.iam.users: 1d}\n")

    assert settings.interval("aws.iam.users") == timedelta(days=1)
    assert settings.interval("aws.s3.buckets") == timedelta(minutes=15)
    assert settings.interval("github.members") == timedelta(seconds=90)


def test_a_schedule_without_a_default_keeps_ours(load):
    assert load("schedule: {aws: 15m}\n").interval("gcp.buckets") == timedelta(hours=1)


def test_own_deadlines_replace_only_what_they_name(load):
    settings = load("deadlines: {high: 7d}\n")

    assert settings.deadlines[Severity.HIGH] == timedelta(days=7)
    assert settings.deadlines[Severity.LOW] == timedelta(days=90)


def test_the_narrowest_owner_wins(load):
    controls = load_controls()
    settings = load("owners: {NET-02: a, confidentiality: b, access: c, default: d}\n")

    assert settings.owner(controls["NET-02"]) == "a"
    assert settings.owner(controls["CRY-01"]) == "b"
    assert settings.owner(controls["ACC-01"]) == "c"
    assert settings.owner(controls["GOV-01"]) == "d"
    assert load().owner(controls["NET-02"]) is None


def test_thresholds_take_the_types_of_the_check(load):
    settings = load("thresholds: {test.key.rotated: {approved: [a, b], share: 1}}\n")

    assert settings.thresholds == {"test.key.rotated": {"approved": ("a", "b"), "share": 1.0}}


def test_all_problems_are_told_at_once(problems):
    found = problems(
        whole="""
company: {name: Acme}
assessment:
  report: type-3
  criteria: [securty]
  window: {start: 2027-03-31, end: 2026-10-01}
sources:
  aws: [{name: production, acess_key: env:KEY}]
schedule: {default: often}
thresholds: {test.key.rotatd: {}}
alert: []
"""
    )

    assert found == [
        "$.alert: unknown key: did you mean `alerts`?",
        "$.company: `service` is missing: add it",
        "$.assessment.report: unknown `type-3`: did you mean `type-2`?",
        "$.assessment.criteria[0]: unknown `securty`: did you mean `security`?",
        "$.assessment.window.end: lies before the start, 2027-03-31: swap the two or correct one",
        "$.sources.aws[0].acess_key: unknown key: did you mean `access_key`?",
        "$.schedule.default: must be a number with its unit, such as 90s, 15m, 1h or 1d",
        "$.thresholds.test.key.rotatd: unknown check: did you mean `test.key.rotated`?",
    ]


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        pytest.param(
            "schedule: {default: 59s}\n",
            "$.schedule.default: is too often: the shortest interval is 1m",
            id="just too often",
        ),
        pytest.param(
            "schedule: {default: 90}\n",
            "$.schedule.default: must be a number with its unit, such as 90s, 15m, 1h or 1d",
            id="interval without unit",
        ),
        pytest.param(
            "schedule: {aws.iam.user: 1h}\n",
            "$.schedule.aws.iam.user: unknown source or collector: did you mean `aws.iam.users`?",
            id="misspelt collector",
        ),
        pytest.param(
            "thresholds: {test.key.rotated: {max_age: 3}}\n",
            "$.thresholds.test.key.rotated.max_age: unknown threshold: "
            "this check has `max_age_days`, `approved`, `share`",
            id="unknown threshold",
        ),
        pytest.param(
            "thresholds: {test.key.owned: {max_age: 3}}\n",
            "$.thresholds.test.key.owned.max_age: unknown threshold: "
            "this check has none, remove it",
            id="check without thresholds",
        ),
        pytest.param(
            "thresholds: {test.key.rotated: {max_age_days: '60'}}\n",
            "$.thresholds.test.key.rotated.max_age_days: does not fit, the default is 90: "
            "Expected `int`, got `str`",
            id="threshold of another type",
        ),
        pytest.param(
            "thresholds: {test.key.rotated: {max_age_days: true}}\n",
            "$.thresholds.test.key.rotated.max_age_days: does not fit, the default is 90: "
            "Expected `int`, got `bool`",
            id="true is not 1",
        ),
        pytest.param(
            "owners: {NET-99: a}\n",
            "$.owners.NET-99: unknown control, area or promise: did you mean `NET-02`?",
            id="unknown control",
        ),
        pytest.param(
            "deadlines: {high: 36h}\n",
            "$.deadlines.high: must be whole days, such as 14d",
            id="deadline that is no day",
        ),
        pytest.param(
            "deadlines: {hihg: 3d}\n",
            "$.deadlines: unknown `hihg`: did you mean `high`?",
            id="misspelt severity",
        ),
        pytest.param(
            "alerts: [{to: 'json://127.0.0.1:9000', when: [gap_open]}]\n",
            "$.alerts[0].when[0]: unknown event `gap_open`: did you mean `gap_opened`?",
            id="unknown event",
        ),
        pytest.param(
            "scope: {exclude: [sandbox]}\n",
            "$.scope.exclude[0]: must be a mapping of keys to values, but is text",
            id="a word for a mapping",
        ),
        pytest.param(
            "scope: {exclude: [null]}\n",
            "$.scope.exclude[0]: must be a mapping of keys to values, but is nothing",
            id="nothing for a mapping",
        ),
        pytest.param(
            "scope: {exclude: [{reason: sandbox}]}\n",
            "$.scope.exclude[0]: give exactly one of `tag`, `subject` and `scope`",
            id="exclusion of nothing",
        ),
        pytest.param(
            "scope: {exclude: [{tag: sandbox, reason: ''}]}\n",
            "$.scope.exclude[0].reason: must not be empty: write a value or remove the line",
            id="exclusion without a reason",
        ),
        pytest.param(
            "store: {evidence: 'gs://bucket/prefix'}\n",
            "$.store.evidence: must be a folder, or a bucket such as s3://acme-evidence/gapwatch",
            id="evidence elsewhere",
        ),
        pytest.param(
            "store: {evidence: 's3://Acme/'}\n",
            "$.store.evidence: must be a folder, or a bucket such as s3://acme-evidence/gapwatch",
            id="no name of a bucket",
        ),
        pytest.param(
            "store: {evidence: 's3://acme-evidence/gapwatch'}\n",
            "$.store.evidence_options: is missing: a bucket needs at least its `region`",
            id="a bucket somewhere",
        ),
        pytest.param(
            "store: {evidence_options: {region: eu-west-1}}\n",
            "$.store.evidence_options: serves a bucket, and `evidence` is a folder: remove it",
            id="options for a folder",
        ),
        pytest.param(
            in_bucket("region: Ireland"),
            "$.store.evidence_options.region: `Ireland` is no region such as eu-west-1",
            id="no region",
        ),
        pytest.param(
            in_bucket("region: eu-west-1, access_key: env:ID"),
            "$.store.evidence_options: `access_key` and `secret_key` go together: "
            "give both or neither",
            id="half of the keys to a bucket",
        ),
        pytest.param(
            in_bucket("region: eu-west-1, secret_key: geheim, access_key: env:ID"),
            "$.store.evidence_options.secret_key: a secret does not stand in this file: "
            "write env:NAME or file:PATH",
            id="the secret to a bucket",
        ),
        pytest.param(
            in_bucket("region: eu-west-1, lock: {mode: strict, days: 400}"),
            "$.store.evidence_options.lock.mode: unknown `strict`: "
            "there is `compliance`, `governance`",
            id="no mode of a lock",
        ),
        pytest.param(
            in_bucket("region: eu-west-1, lock: {mode: compliance, days: 0}"),
            "$.store.evidence_options.lock.days: must lie between 1 and 33000",
            id="a lock for no time",
        ),
        pytest.param(
            in_bucket("region: eu-west-1, lock: {mode: compliance, days: 33001}"),
            "$.store.evidence_options.lock.days: must lie between 1 and 33000",
            id="a lock for longer than S3 takes",
        ),
        pytest.param(
            "store: {retention: {keep: 4801h}}\n",
            "$.store.retention.keep: must be whole days, such as 400d",
            id="kept for hours",
        ),
        pytest.param(
            "store: {retention: {keep: 181d}}\n",
            "$.store.retention.keep: must be at least 182d, the window's length: "
            "the report rests on all of it",
            id="kept for less than the window",
        ),
        pytest.param(
            "store: {retention: {keep: 400d, holds: [{name: a, reason: r}]}}\n",
            "$.store.retention.holds[0]: `by` is missing: add it",
            id="a hold by nobody",
        ),
        pytest.param(
            "store: {retention: {keep: 400d, holds: [{name: a, reason: r, by: alice, "
            "start: 2026-02-01, end: 2026-01-31}]}}\n",
            "$.store.retention.holds[0].end: lies before the start, 2026-02-01: "
            "swap the two or correct one",
            id="a hold that ends before it starts",
        ),
        pytest.param(
            "store: {retention: {keep: 400d, holds: [{name: a, reason: r, by: alice}, "
            "{name: a, reason: s, by: bob}]}}\n",
            "$.store.retention.holds[1].name: `a` is taken: choose another",
            id="two holds of one name",
        ),
        pytest.param(
            "store: {url: 'mysql://localhost/gapwatch'}\n",
            "$.store.url: is no store we know: "
            "write a URL that starts with sqlite:/// or postgresql+psycopg://",
            id="another database",
        ),
        pytest.param("threads: 0\n", "$.threads: must lie between 1 and 32", id="no thread"),
        pytest.param("threads: 33\n", "$.threads: must lie between 1 and 32", id="too many"),
        pytest.param(
            "web: {port: 65536}\n", "$.web.port: must lie between 1 and 65535", id="no such port"
        ),
        pytest.param(
            "web: {host: 0.0.0.0}\n",
            "$.web.host: lets others reach the page: name under `people` who may sign in, or write "
            "127.0.0.1",
            id="a page for others without a door",
        ),
        pytest.param(
            "web: {people: [{name: Ann, email: ann, role: viewer, password: env:ANN}]}\n",
            "$.web.people[0].email: `ann` is no address such as anna@acme.test",
            id="somebody without an address",
        ),
        pytest.param(
            "web: {people: [{name: Ann, email: a@acme.test, role: root, password: env:ANN}]}\n",
            "$.web.people[0].role: unknown `root`: there is `viewer`, `auditor`, `owner`, "
            "`approver`, `administrator`",
            id="no such role",
        ),
        pytest.param(
            "web: {people: [{name: Ann, email: a@acme.test, role: viewer, password: secret}]}\n",
            "$.web.people[0].password: a secret does not stand in this file: write env:NAME or "
            "file:PATH",
            id="a password in the open",
        ),
        pytest.param(
            "web: {people: [{name: Ann, email: a@acme.test, role: viewer, password: env:A},"
            " {name: Andy, email: A@acme.test, role: viewer, password: env:B}]}\n",
            "$.web.people[1].email: is somebody's already: remove one of the two",
            id="two people of one address",
        ),
        pytest.param(
            "web: {sessions: {idle: 13h}}\n",
            "$.web.sessions.idle: must be more than nothing, and not more than `longest`",
            id="longer idle than at all",
        ),
        pytest.param("alerts:\n", "$.alerts: must be a list, but is nothing", id="left blank"),
        pytest.param(
            "places: {}\n",
            "$.places: unknown key: did you mean `plan`?",
            id="what we add ourselves",
        ),
        pytest.param(
            "owners: {tag:team: a}\n",
            "$.owners.tag:team: must be written `tag:key=value`",
            id="an owner by half a tag",
        ),
        pytest.param(
            "owners: {'scope:': a}\n",
            "$.owners.scope:: compares with nothing: write `scope:PATTERN`",
            id="an owner by no pattern",
        ),
        pytest.param(
            "plan: {lines: {NET-99: {effort: S}}}\n",
            "$.plan.lines.NET-99: unknown check or control: did you mean `NET-02`?",
            id="a line of the plan that there is not",
        ),
        pytest.param(
            "plan: {remind: 12h}\n",
            "$.plan.remind: must be whole days, such as 3d",
            id="half a day before",
        ),
        pytest.param(
            "acceptances: {longest: {high: 0d}}\n",
            "$.acceptances.longest.high: must be whole days, such as 90d",
            id="an acceptance of no day",
        ),
    ],
)
def test_one_wrong_value_is_one_line_with_its_remedy(problems, added, problem):
    assert problems(added) == [problem]


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        pytest.param(
            aws(accounts="organization"),
            "$.sources.aws[0].role: is missing: name the role to assume in every account",
            id="organisation without a role",
        ),
        pytest.param(
            aws(accounts="organization", role="arn:aws:iam::123456789012:role/GapwatchReadOnly"),
            "$.sources.aws[0].role: must be the name alone, such as GapwatchReadOnly: it is in "
            "every account",
            id="organisation with the role of one account",
        ),
        pytest.param(
            aws(accounts="all"),
            "$.sources.aws[0].accounts: unknown `all`: there is `organization`",
            id="accounts that are no organisation",
        ),
        pytest.param(
            aws(role="GapwatchReadOnly"),
            "$.sources.aws[0].role: must be an ARN such as "
            "arn:aws:iam::123456789012:role/GapwatchReadOnly",
            id="role without account",
        ),
        pytest.param(
            aws(external_id="env:ID"),
            "$.sources.aws[0].external_id: serves to assume a role: add `role` or remove it",
            id="external id without role",
        ),
        pytest.param(
            aws(access_key="env:KEY"),
            "$.sources.aws[0]: `access_key` and `secret_key` go together: give both or neither",
            id="half a key",
        ),
        pytest.param(
            aws(regions="eu-west-1"),
            "$.sources.aws[0].regions: unknown `eu-west-1`: there is `enabled`, or write a list",
            id="one region, not in a list",
        ),
        pytest.param(
            aws(regions="[Ireland]"),
            "$.sources.aws[0].regions[0]: `Ireland` is no region such as eu-west-1",
            id="no region",
        ),
        *(
            pytest.param(
                aws(share_of_rate=share),
                "$.sources.aws[0].share_of_rate: must be more than 0 and at most 1, "
                "such as 0.5 for one half",
                id=f"a share of {share}",
            )
            for share in ("0", "1.01", "-0.5")
        ),
        pytest.param(
            aws(endpoint_url="localhost:5000"),
            "$.sources.aws[0].endpoint_url: must be a URL such as https://host:port",
            id="endpoint without scheme",
        ),
        pytest.param(
            aws(endpoint_url="'http://['"),
            "$.sources.aws[0].endpoint_url: must be a URL such as https://host:port",
            id="endpoint that cannot be taken apart",
        ),
        pytest.param(
            aws() + "  - name: production\n",
            "$.sources.aws[1].name: `production` is taken: choose another",
            id="one name twice",
        ),
        pytest.param(
            gcp(organization="123456789"),
            "$.sources.gcp[0].organization: must be text, but is a number: put it in quotes",
            id="number without quotes",
        ),
        pytest.param(
            gcp(),
            "$.sources.gcp[0]: give either `organization` or `projects`",
            id="GCP without anything to read",
        ),
        pytest.param(
            github(),
            "$.sources.github[0]: give either `token` or `app`",
            id="GitHub without a way in",
        ),
        pytest.param(
            github(token="env:T", branches='["release candidates"]'),
            "$.sources.github[0].branches[0]: `release candidates` is no branch: write a name such "
            "as production or release/*",
            id="a branch that git does not allow",
        ),
        pytest.param(
            github(token="env:T", production='["a\\tb"]'),
            "$.sources.github[0].production[0]: is no environment: write a name such as production",
            id="an environment with a tab in its name",
        ),
        pytest.param(
            github(token="env:T", registers="[{register: bugs, repository: ops, label: bug}]"),
            "$.sources.github[0].registers[0].register: must be one of access_requests, "
            "emergency_changes, exercises, incidents, restore_tests, risks, significant_changes, "
            "vendors",
            id="a register that is none",
        ),
        pytest.param(
            github(token="env:T", registers="[{register: risks, repository: a/ops, label: risk}]"),
            "$.sources.github[0].registers[0].repository: must be a repository's name, without the "
            "organisation's",
            id="a register in a repository elsewhere",
        ),
        pytest.param(
            github(token="env:T", registers='[{register: risks, repository: ops, label: "a,b"}]'),
            "$.sources.github[0].registers[0].label: must be one label, such as emergency-change",
            id="a register under two labels",
        ),
        pytest.param(
            github(token="env:T", policies="[{repository: ops, path: /a.md, owners: [olga]}]"),
            "$.sources.github[0].policies[0].path: must be a file's path in the repository, such "
            "as policies/access.md",
            id="a policy outside of the repository",
        ),
        pytest.param(
            github(token="env:T", policies="[{repository: ops, path: a.md, owners: []}]"),
            "$.sources.github[0].policies[0].owners: must name at least one login",
            id="a policy that nobody owns",
        ),
        pytest.param(
            github(token="env:T", policies="[{repository: ops, path: a.md, owners: ['a,b']}]"),
            "$.sources.github[0].policies[0].owners[0]: `a,b` is no GitHub login: write a name "
            "such as olga",
            id="a policy whose owner is no login",
        ),
        pytest.param(
            SMALLEST[: SMALLEST.index("  documents")].replace("sources:", "sources: {}"),
            "$.sources: names no source: add an entry under `aws`, `gcp`, `github` or `documents`",
            id="nothing to read",
        ),
        pytest.param(
            SMALLEST.replace("[security]", "[security, security]"),
            "$.assessment.criteria: names a category twice: remove one of the two",
            id="category twice",
        ),
        pytest.param(
            SMALLEST.replace("2026-10-01", "1 October"),
            "$.assessment.window.start: must be a date such as 2026-10-01, but is text",
            id="date in words",
        ),
        pytest.param(
            "", "$: must be a mapping of keys to values, but is nothing", id="an empty file"
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(problems, whole, problem):
    assert problems(whole=whole) == [problem]


SECRET = "ghp_0123456789abcdef"


@pytest.mark.parametrize(
    ("whole", "where"),
    [
        pytest.param(github(token=SECRET), "sources.github[0].token", id="token"),
        pytest.param(
            github(app=f"{{id: 1, installation: 2, key: {SECRET}}}"),
            "sources.github[0].app.key",
            id="key of an app",
        ),
        pytest.param(
            aws(access_key=SECRET, secret_key="env:KEY", endpoint_url="http://127.0.0.1:5000"),
            "sources.aws[0].access_key",
            id="key, though the endpoint is on this machine",
        ),
        pytest.param(
            aws(role="arn:aws:iam::123456789012:role/reader", external_id=SECRET),
            "sources.aws[0].external_id",
            id="external id",
        ),
        pytest.param(
            gcp(projects="[data]", credentials=SECRET), "sources.gcp[0].credentials", id="GCP key"
        ),
        pytest.param(
            aws(endpoint_url=f"https://user:{SECRET}@aws.test"),
            "sources.aws[0].endpoint_url",
            id="password of an endpoint",
        ),
        pytest.param(
            f"{SMALLEST}store: {{url: 'postgresql+psycopg://gapwatch:{SECRET}@db/gapwatch'}}\n",
            "store.url",
            id="password of the store",
        ),
        *(
            pytest.param(f"{SMALLEST}alerts: [{{to: '{url}'}}]\n", "alerts[0].to", id=channel)
            for channel, url in {
                "channel whose path is a token": f"slack://{SECRET}/b/c",
                "web hook": f"https://hooks.slack.com/services/{SECRET}",
                "password of a mail server": f"mailtos://alerts:{SECRET}@acme.test",
                "user of a web service": f"json://{SECRET}@127.0.0.1:9000",
                "token in a header": f"json://127.0.0.1:9000?%2BX-Token={SECRET}",
            }.items()
        ),
    ],
)
def test_a_literal_secret_is_refused_and_not_repeated(problems, whole, where):
    (problem,) = problems(whole=whole)

    assert problem.startswith(f"$.{where}: ")
    assert SECRET not in problem


@pytest.mark.parametrize("to", ["json://127.0.0.1:9000", "mailto://alice@acme.test", "env:SLACK"])
def test_an_address_without_credentials_may_stand_in_the_file(load, to):
    assert load(f"alerts: [{{to: '{to}', when: [gap_opened]}}]\n").alerts[0].to == to


def test_what_yaml_reads_in_two_ways_is_refused_with_its_line(load):
    with pytest.raises(BadConfiguration, match=r"gapwatch\.yaml, line 3, .*twice"):
        load(whole="threads: 8\n\nthreads: 9\n")


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(BadConfiguration, match="`gapwatch init` writes one"):
        load_settings(tmp_path / "gapwatch.yaml", CHECKS)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "gapwatch.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration, match="UTF-8"):
        load_settings(tmp_path / "gapwatch.yaml", CHECKS)


def test_without_their_ids_collectors_are_taken_at_their_source(load, problems):
    assert load("schedule: {aws.new.thing: 1h}\n", collectors=None)
    assert problems("schedule: {awss: 1h}\n", collectors=None) == [
        "$.schedule.awss: unknown source or collector: did you mean `aws`?"
    ]


def test_exclusions_keep_their_reason(load):
    settings = load("scope: {exclude: [{tag: 'gapwatch:scope=out', reason: sandbox}]}\n")

    assert settings.scope.exclude == (Exclusion(tag="gapwatch:scope=out", reason="sandbox"),)


def test_the_annotated_example_is_loaded_whole(tmp_path):
    path = tmp_path / "gapwatch.yaml"
    path.write_text(annotated_example())
    settings = load_settings(path, {"aws.iam.access-key-rotated": key_rotated})

    assert settings.sources.aws[0].external_id == "env:GAPWATCH_EXTERNAL_ID"
    assert settings.interval("documents.policies") == timedelta(days=1)
    assert all(is_reference(reference) for reference in settings.places)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**6) | st.text("a:/[]=~.1", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
PLACES = [
    ("company",),
    ("assessment", "window", "start"),
    ("store", "url"),
    ("sources",),
    ("sources", "aws"),
    ("sources", "aws", 0, "regions"),
    ("sources", "aws", 0, "endpoint_url"),
    ("sources", "aws", 0, "share_of_rate"),
    ("sources", "github", 0, "app"),
    ("sources", "github", 0, "token"),
    ("schedule", "aws"),
    ("thresholds", "test.key.rotated"),
    ("thresholds", "test.key.rotated", "approved"),
    ("owners",),
    ("deadlines", "high"),
    ("alerts", 0, "to"),
    ("alerts", 0, "when"),
    ("scope", "exclude", 0),
    ("threads",),
]


@settings(deadline=None, max_examples=150)
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_whatever_stands_there_is_read_or_told_as_a_problem(tmp_path_factory, place, value):
    """Planted at one place, any value gives settings or a sentence, never a crash."""
    document = whole_document()
    at = document
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(json.dumps(document))
    told = ""
    try:
        load_settings(path, CHECKS)
    except BadConfiguration as problems:
        told = str(problems)
    assert all(line.startswith(str(path)) for line in told.splitlines())


def whole_document():
    return {
        "company": {"name": "Acme", "service": "Acme Cloud"},
        "assessment": {
            "report": "type-2",
            "criteria": ["security"],
            "window": {"start": "2026-10-01", "end": "2027-03-31"},
        },
        "store": {},
        "sources": {"aws": [{"name": "a"}], "github": [{"name": "g", "organization": "g"}]},
        "schedule": {},
        "thresholds": {"test.key.rotated": {}},
        "owners": {},
        "deadlines": {},
        "alerts": [{"to": "json://127.0.0.1"}],
        "scope": {"exclude": [{"tag": "a=b", "reason": "c"}]},
    }
