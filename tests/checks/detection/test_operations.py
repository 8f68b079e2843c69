"""Is it written down what runs, and what it did?"""

import pytest

from checks.contract import Outcome
from checks.detection.operations import (
    compute_application_logged,
    data_transfer_tasks_logged,
    database_logs_exported,
    jobs_runs_logged,
)
from collectors.evidence.aws.database_logs import DatabaseLogs
from collectors.evidence.aws.run_logs import (
    ApplicationLogging,
    PartLog,
    RunLogging,
    TransferLogging,
)
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        pytest.param("awslogs", Outcome.PASSED, id="a group"),
        pytest.param("awsfirelens", Outcome.PASSED, id="a router"),
        pytest.param(None, Outcome.FAILED, id="nothing"),
        pytest.param("json-file", Outcome.FAILED, id="a file on the host"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_compute_application_logged(log, outcome):
    container = ApplicationLogging(id="arn:web:1#app", name="web:1 app", form="container", log=log)
    assert compute_application_logged(container).outcome is outcome


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        pytest.param("a log group", Outcome.PASSED, id="logged"),
        pytest.param(None, Outcome.FAILED, id="not logged"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_jobs_runs_logged(log, outcome):
    project = RunLogging(id="arn:build", name="build", form="build project", log=log)
    assert jobs_runs_logged(project).outcome is outcome


def parts_of(levels):
    if levels is DENIED:
        return levels
    return tuple(PartLog(name=name, level=level) for name, level in levels.items())


def severities(capture, apply):
    return {
        "SOURCE_CAPTURE": f"LOGGER_SEVERITY_{capture}",
        "TARGET_APPLY": f"LOGGER_SEVERITY_{apply}",
    }


@pytest.mark.parametrize(
    ("has_destination", "levels", "outcome"),
    [
        pytest.param(True, {"task": "BASIC"}, Outcome.PASSED, id="transfer"),
        pytest.param(True, {"task": "OFF"}, Outcome.FAILED, id="transfer, off"),
        pytest.param(False, {"task": "BASIC"}, Outcome.FAILED, id="nowhere"),
        pytest.param(False, DENIED, Outcome.FAILED, id="nowhere for sure"),
        pytest.param(DENIED, {"task": "OFF"}, Outcome.FAILED, id="off for sure"),
        pytest.param(True, severities("DEFAULT", "DEBUG"), Outcome.PASSED, id="fine enough"),
        pytest.param(True, severities("DEFAULT", "INFO"), Outcome.FAILED, id="apply too coarse"),
        pytest.param(True, severities("ERROR", "DEFAULT"), Outcome.FAILED, id="capture too coarse"),
        pytest.param(DENIED, {"task": "BASIC"}, Outcome.UNDETERMINED, id="where is unread"),
        pytest.param(True, DENIED, Outcome.UNDETERMINED, id="levels unread"),
    ],
)
def test_data_transfer_tasks_logged(has_destination, levels, outcome):
    task = TransferLogging(
        id="arn:task", name="task", form="transfer task", has_destination=has_destination,
        parts=parts_of(levels),
    )  # fmt: skip
    assert data_transfer_tasks_logged(task).outcome is outcome


def database(**changes):
    fields = {
        "form": "instance",
        "engine": "postgres",
        "member_of": None,
        "exported": frozenset({"postgresql", "upgrade"}),
        "delivery_failed": False,
    }
    return DatabaseLogs(id="arn:orders", name="orders", **fields | changes)


AUDITED = frozenset({"connectionlog", "userlog"})


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(database(), Outcome.PASSED, id="exported"),
        pytest.param(database(exported=frozenset()), Outcome.FAILED, id="none"),
        pytest.param(
            database(engine="mysql", exported=frozenset({"error", "audit"})),
            Outcome.PASSED,
            id="both of two",
        ),
        pytest.param(
            database(engine="mysql", exported=frozenset({"error"})), Outcome.FAILED, id="one of two"
        ),
        pytest.param(
            database(engine="sqlserver-se", exported=frozenset({"error"})),
            Outcome.PASSED,
            id="an edition",
        ),
        pytest.param(
            database(engine="aurora-postgresql", exported=frozenset({"postgresql"})),
            Outcome.PASSED,
            id="Aurora",
        ),
        pytest.param(database(exported=DENIED), Outcome.UNDETERMINED, id="unread"),
        pytest.param(database(engine=DENIED), Outcome.UNDETERMINED, id="engine unread"),
        pytest.param(database(member_of="sales"), Outcome.NOT_APPLICABLE, id="member"),
        pytest.param(
            database(engine="custom-oracle-ee"), Outcome.NOT_APPLICABLE, id="managed by hand"
        ),
        pytest.param(database(engine="redshift", exported=AUDITED), Outcome.PASSED, id="warehouse"),
        pytest.param(
            database(engine="redshift", exported=AUDITED, delivery_failed=True),
            Outcome.FAILED,
            id="delivery failed",
        ),
        pytest.param(
            database(engine="redshift", exported=AUDITED, delivery_failed=DENIED),
            Outcome.UNDETERMINED,
            id="delivery unread",
        ),
    ],
)
def test_database_logs_exported(subject, outcome):
    assert database_logs_exported(subject).outcome is outcome
