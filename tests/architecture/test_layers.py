"""Arrows point one way, and what can do harm is done in one place."""

import ast
import subprocess
import sys

import pytest

from agent.registry import LOADS_AN_SDK, all_collectors, all_joins
from tests.architecture.syntax import PACKAGES, ROOT, files, name_of, reached, reaching, tree

DECLARING = {
    *("collectors.contract", "collectors.transcript", "collectors.reader"),
    *("collectors.forms", "collectors.recognition", "collectors.sifting"),
    *("collectors.strict_yaml", "collectors.evidence", "collectors.tracing", "collectors.hands"),
}
MAY_IMPORT = {
    "collectors/*.py": DECLARING,
    "collectors/evidence": {"collectors.evidence"},
    "collectors/derived": {"collectors.contract", "collectors.derived", "collectors.evidence"},
    **{
        f"collectors/{source}": {*DECLARING, f"collectors.{source}"}
        for source in ("aws", "gcp", "github", "documents")
    },
    "checks": {"checks", "collectors.evidence"},
    "agent/gaps": {"agent.gaps", "checks", "collectors.evidence"},
    "agent/alerts": {"agent.alerts", "agent.gaps", "checks", "collectors.evidence"},
    "agent/tickets": {
        *("agent.tickets", "agent.alerts.plain", "agent.alerts.delivery", "agent.gaps"),
        *("agent.store.tickets", "agent.views", "checks", "collectors.evidence"),
    },
    "agent/store": {
        *("agent.store", "agent.gaps", "checks"),
        *("collectors.evidence", "collectors.transcript"),
    },
}
NEVER_IMPORTS = {"agent/reports": {"agent.alerts", "agent.web", "agent.demo"}}
IMPORTED_ONLY_BY = {
    "agent.web": ("agent/web/", "agent/schedule.py", "agent/cli.py"),
    "agent.demo": ("agent/demo/", "agent/cli.py"),
    "agent.generated": (),
}

PURE_FOLDERS = ("checks", "collectors/evidence", "collectors/derived", "agent/gaps")
PURE_MODULES = (  # what is said and who hears of it; the channel beside them does the I/O
    *(
        f"agent/alerts/{name}.py"
        for name in (
            *("changes", "context", "grouping", "incidents", "message", "plain", "quiet"),
            *("routing", "signature"),
        )
    ),
    *(f"agent/tickets/{name}.py" for name in ("adf", "markdown", "wording", "writing")),
)
PURE = {
    "base64": "a gap's number is a digest in letters a person can read out",
    "collections": "containers and their types",
    "dataclasses": "values",
    "datetime": "arithmetic with moments; reading the clock is looked for by itself",
    "enum": "closed sets of words",
    "fnmatch": "patterns of names; it looks into no folder",
    "functools": "functions of functions",
    "hashlib": "digests",
    "hmac": "digests with a key",
    "heapq": "the most urgent first",
    "inspect": "a check's parameters and docstring are its declaration",
    "ipaddress": "arithmetic with address ranges; it resolves nothing",
    "msgspec": "values, and their encoding",
    "re": "patterns",
    "typing": "types",
    "unicodedata": "which characters can be seen",
    "zoneinfo": "the rules of time zones, of which a copy is shipped",
}
DOES_IO = {"open", "print", "input", "breakpoint", "eval", "exec", "compile", "__import__"}

SDKS = {"boto3", "botocore", "github", "google", "graphql", "jmespath", "moto", "requests"}
TRACKERS = ("agent/tickets/github.py", "agent/tickets/jira.py")
NEAR_VENDORS = ("agent/connections/", "agent/demo/", *TRACKERS)

ONLY_HERE = {
    "the clock": (
        {
            *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
            *("datetime.date.today", "time.time", "time.time_ns", "time.monotonic"),
            *("time.monotonic_ns", "time.perf_counter", "time.localtime", "time.gmtime"),
        },
        ("agent/cli.py", "agent/connections/", "agent/demo/"),
    ),
    "the environment": (
        {"os.environ", "os.environb", "os.getenv"},
        (
            "agent/cli.py",  # hands it on as a value, and looks at none of it
            "agent/demo/",  # starts a server with it
            "collectors/documents/live.py",  # starts git with it, less what would lead git astray
        ),
    ),
    "credentials": (
        {
            *("boto3", "botocore.credentials", "botocore.session.Session"),
            *("google.auth.default", "google.oauth2"),
        },
        ("agent/connections/", "agent/demo/"),
    ),
    "an SDK's client": (
        {"github.Github", "google.auth.transport.requests", "requests.Session"},
        ("collectors/gcp/live.py", "collectors/github/live.py", *TRACKERS),  # handed credentials
    ),
    "another program": (
        {"subprocess", "os.system", "os.popen", "os.execv"},
        ("collectors/documents/live.py", "agent/demo/"),
    ),
    "a module by a name the arrows cannot see": (
        {"importlib", "pkgutil", "runpy"},
        ("agent/registry.py", "collectors/aws/models.py", "collectors/gcp/live.py"),
    ),
    "SQL": ({"sqlalchemy", "alembic"}, ("agent/store/",)),
    "YAML": ({"yaml"}, ("collectors/strict_yaml.py", "agent/demo/documents_estate.py")),
    "the web's framework": ({"litestar", "uvicorn"}, ("agent/web/",)),
    "the library of passwords": ({"argon2"}, ("agent/passwords.py",)),
    "the channels' library": ({"apprise"}, ("agent/alerts/channels.py",)),
    "the renderers' libraries": (
        {"typst", "vl_convert", "xlsxwriter"},
        ("agent/reports/rendering/",),
    ),
    "the scheduler": ({"apscheduler"}, ("agent/schedule.py",)),
}
KNOWN_BY_NAME = {
    "sqlalchemy": "the bare module: whatever is taken of it is a name of its own",
    "sqlalchemy.Connection": "whoever works in a transaction of the store is handed it by its type",
    "sqlalchemy.exc.SQLAlchemyError": "whoever asks whether the store answers",
}
"""Names that may be reached for anywhere: types to be named, with nothing to be done by them."""


def strays(found):
    return "\n".join(sorted({str(one) for one in found}))


def ours(path):
    return (one for one in reached(path) if reaching(one.name, PACKAGES))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room):
    assert files(room)
    assert not strays(
        one
        for path in files(room)
        for one in ours(path)
        if not reaching(one.name, MAY_IMPORT[room])
    )


@pytest.mark.parametrize("room", NEVER_IMPORTS)
def test_rooms_that_stand_apart_do_not_know_each_other(room):
    assert not strays(
        one
        for path in files(room)
        for one in reached(path)
        if reaching(one.name, NEVER_IMPORTS[room])
    )


@pytest.mark.parametrize("room", IMPORTED_ONLY_BY)
def test_what_wires_or_shows_is_imported_by_nobody_else(room):
    assert not strays(
        one
        for path in files(*PACKAGES)
        if not name_of(path).startswith(IMPORTED_ONLY_BY[room])
        for one in reached(path)
        if reaching(one.name, {room})
    )


def test_the_program_does_not_know_its_tests():
    assert not strays(
        one for path in files(*PACKAGES) for one in reached(path) if reaching(one.name, {"tests"})
    )


@pytest.mark.parametrize("room", [*PURE_FOLDERS, *PURE_MODULES])
def test_what_is_pure_imports_nothing_that_could_do_io(room):
    allowed = {*PURE, *PACKAGES}
    assert files(room)
    assert not strays(
        one for path in files(room) for one in reached(path) if not reaching(one.name, allowed)
    )


@pytest.mark.parametrize("room", [*PURE_FOLDERS, *PURE_MODULES])
def test_what_is_pure_calls_nothing_that_does_io(room):
    called = [
        f"{name_of(path)}:{node.lineno} {node.id}"
        for path in files(room)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and node.id in DOES_IO
    ]
    assert not called


def test_no_pure_module_is_listed_that_nobody_needs():
    used = {
        one.name.partition(".")[0]
        for path in files(*PURE_FOLDERS, *PURE_MODULES)
        for one in reached(path)
    }
    assert PURE.keys() <= used


@pytest.mark.parametrize("what", ONLY_HERE)
def test_what_can_do_harm_is_done_in_one_place(what):
    names, places = ONLY_HERE[what]
    assert not strays(
        one
        for path in files(*PACKAGES)
        if not name_of(path).startswith(places)
        for one in reached(path)
        if reaching(one.name, names) and one.name not in KNOWN_BY_NAME
    )


@pytest.mark.parametrize("what", ONLY_HERE)
def test_no_place_is_exempt_that_does_not_need_it(what):
    names, places = ONLY_HERE[what]
    at_work = {
        name_of(path)
        for path in files(*PACKAGES)
        for one in reached(path)
        if reaching(one.name, names)
    }
    assert not [place for place in places if not any(at.startswith(place) for at in at_work)]


def test_an_sdk_is_loaded_only_by_what_speaks_to_its_vendor():
    assert not strays(
        one
        for path in files(*PACKAGES)
        if path.stem != LOADS_AN_SDK and not name_of(path).startswith(NEAR_VENDORS)
        for one in reached(path)
        if one.when_imported and reaching(one.name, SDKS)
    )


def test_importing_every_collector_check_and_command_loads_no_sdk():
    loading = (
        "import sys; from agent import cli, registry;"
        "registry.all_checks(), registry.all_collectors(), registry.all_joins();"
        f"print(*sorted({SDKS!r} & sys.modules.keys()))"
    )
    assert run(loading) == ""


def test_the_version_is_told_before_anything_is_loaded():
    telling = (
        "import sys; from agent.__main__ import main; before = set(sys.modules);"
        "sys.argv = ['gapwatch', '--version']; main();"
        "print(*sorted(set(sys.modules) - before))"
    )
    version, loaded = run(telling).split("\n")
    assert version.startswith("gapwatch ")
    assert loaded == ""


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.removesuffix("\n")


def test_no_package_does_anything_when_it_is_imported():
    busy = [
        name_of(path) for path in files(*PACKAGES) if path.stem == "__init__" and not bare(path)
    ]
    assert not busy


def bare(path):
    body = tree(path).body
    return not body or (len(body) == 1 and ast.get_docstring(tree(path)) is not None)


def declaring():
    """The modules that hold a check, a collector or a join, and so may hold no `try`."""
    units = {u.pull.__module__ for u in all_collectors().values()}
    units |= {u.join.__module__ for u in all_joins().values()}
    named = [ROOT / f"{module.replace('.', '/')}.py" for module in units]
    return sorted({*named, *files("checks/*/*.py")})


@pytest.mark.parametrize("path", declaring(), ids=name_of)
def test_collectors_and_checks_catch_nothing(path):
    caught = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Try)]
    assert not caught
