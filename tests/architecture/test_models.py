"""botocore's descriptions as gapwatch reads them: less of them, and the same in what is left."""

import botocore.session
import pytest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EventAliaser, HierarchicalEmitter

from agent.connections.aws_clients import OF_NOTHING_ASKED, Clients, SignIn, _reading
from collectors.aws.live import refuse_foreign_answers, refuse_short_answers
from collectors.aws.models import declared, described

WHOLE = botocore.session.Session()
KEYS = SignIn(access_key="a", secret_key="b", endpoint_url="http://localhost:1")
REFUSALS = (refuse_short_answers, refuse_foreign_answers)
OPERATIONS = [
    (service, name) for service in sorted(declared()) for name in sorted(declared()[service])
]


@pytest.fixture(scope="module")
def clients():
    return Clients(KEYS)


def tree(shape, above=()):
    """A shape with all it is made of, as plain values; cut where it repeats itself."""
    if shape is None or shape.name in above:
        return None if shape is None else shape.name
    path = (*above, shape.name)
    told = [shape.name, shape.type_name, shape.serialization]
    if shape.type_name == "structure":
        return [*told, {name: tree(member, path) for name, member in shape.members.items()}]
    if shape.type_name == "list":
        return [*told, tree(shape.member, path)]
    if shape.type_name == "map":
        return [*told, tree(shape.key, path), tree(shape.value, path)]
    return told


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_what_is_kept_of_an_operation_is_what_botocore_knows(service, operation):
    trimmed = described().get_service_model(service).operation_model(operation)
    whole = WHOLE.get_service_model(service).operation_model(operation)

    assert tree(trimmed.input_shape) == tree(whole.input_shape)
    assert tree(trimmed.output_shape) == tree(whole.output_shape)
    assert {s.name for s in trimmed.error_shapes} == {s.name for s in whole.error_shapes}
    assert trimmed.service_model.resolved_protocol == whole.service_model.resolved_protocol


def test_a_client_knows_only_what_is_declared(clients):
    """Pins that a client takes its descriptions from the loader that the session was given."""
    client = clients.client("s3", region="eu-west-1")

    assert set(client.meta.service_model.operation_names) == declared()["s3"]
    assert not hasattr(client, "delete_bucket")


def test_a_client_says_who_it_is_in_a_fixed_text(clients):
    sent = []
    client = clients.client("iam", region="eu-west-1")
    client.meta.events.register("before-send", lambda request, **_: sent.append(request) or stop())

    with pytest.raises(ZeroDivisionError):
        client.list_users()
    assert sent[0].headers["User-Agent"] == b"gapwatch"


def stop():
    raise ZeroDivisionError


def test_a_client_is_made_without_what_makes_manuals(clients):
    client = clients.client("sqs", region="eu-west-1")
    manuals = [name for name, *_ in BUILTIN_HANDLERS if name.startswith("docs.")]

    assert manuals
    assert not client.meta.events._emitter._handlers.prefix_search(manuals[0])


def handlers_of(session, name):
    return list(session.get_component("event_emitter")._emitter._handlers.prefix_search(name))


def test_whatever_botocore_does_about_an_operation_that_is_asked_is_done():
    """Order included; only what was put there on purpose comes on top."""
    session = _reading(KEYS, None)
    assert set(REFUSALS) <= set(handlers_of(session, "before-parse"))
    events = {name.partition(".")[0] for name, *_ in BUILTIN_HANDLERS} - OF_NOTHING_ASKED
    found = 0
    for service, operation in OPERATIONS:
        service_id = WHOLE.get_service_model(service).service_id.hyphenize()
        for event in events:
            name = f"{event}.{service_id}.{operation}"
            ours = [h for h in handlers_of(session, name) if h not in REFUSALS]
            assert ours == handlers_of(WHOLE, name), name
            found += len(ours)
    assert found


def test_nothing_is_registered_for_an_operation_that_nobody_asks():
    session = _reading(KEYS, None)
    event = "before-parameter-build.s3"

    assert "PutObject" not in declared()["s3"]
    assert len(handlers_of(WHOLE, f"{event}.PutObject")) > len(handlers_of(WHOLE, event))
    assert handlers_of(session, f"{event}.PutObject") == handlers_of(session, event)


def test_no_event_goes_by_a_name_that_a_service_once_had():
    """Pins that looking among those names would change nothing: so clients do not look."""
    events = {name.partition(".")[0] for name, *_ in BUILTIN_HANDLERS}
    looking = EventAliaser(HierarchicalEmitter())
    for service, operation in OPERATIONS:
        service_id = WHOLE.get_service_model(service).service_id.hyphenize()
        for event in events:
            name = f"{event}.{service_id}.{operation}"
            assert looking._alias_event_name(name) == name
    assert looking._alias_event_name("before-call.monitoring.X") == "before-call.cloudwatch.X"


@pytest.mark.parametrize("service", sorted(declared()))
def test_a_client_handles_what_a_client_of_botocores_handles(service):
    """What a client registers for itself when it is made, under the names that are in use."""
    ours = Clients(KEYS).client(service, region="eu-west-1")
    keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
    theirs = WHOLE.create_client(
        service, region_name="eu-west-1", endpoint_url=KEYS.endpoint_url, **keys
    )
    service_id = theirs.meta.service_model.service_id.hyphenize()
    for operation in sorted(declared()[service]):
        for event in {name.partition(".")[0] for name, *_ in BUILTIN_HANDLERS} - OF_NOTHING_ASKED:
            name = f"{event}.{service_id}.{operation}"
            assert called(ours, name) == called(theirs, name), name


def called(client, name):
    """The handlers of an event by name, in order, but for what was put there on purpose."""
    handlers = client.meta.events._emitter._handlers.prefix_search(name)
    names = [getattr(h, "__qualname__", type(h).__name__) for h in handlers if h not in REFUSALS]
    return [name for name in names if name != "drop_account_prefix"]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [({}, {}), ({"https_proxy": "http://p:3128"}, {"https": "http://p:3128"})],
)
def test_a_proxy_of_the_environment_is_used(monkeypatch, variable, expected):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    client = Clients(SignIn(access_key="a", secret_key="b")).client("iam", region="eu-west-1")

    assert client._endpoint.http_session._proxy_config._proxies == expected
