"""What moto lacks: how many of each kind AWS Config has recorded, counted in moto itself."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.backends import get_backend
from moto.iam.models import get_account_id_from

from agent.demo.aws_absent import SIGNED

COUNTS = "config:GetDiscoveredResourceCounts"
TARGET = f"StarlingDoveService.{COUNTS.partition(':')[2]}"
ANYWHERE = {"AWS::CodeDeploy::DeploymentConfig": 17}
"""What AWS itself puts into every region."""
MACHINES, DATABASES = get_backend("ec2"), get_backend("rds")
FUNCTIONS, TABLES, KEYS = get_backend("lambda"), get_backend("dynamodb"), get_backend("kms")
"""Imported before anybody asks, and not while moto imports for somebody else."""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Recorder:
    """Answers for the recorder, and leaves the rest to the application."""

    def __init__(self, application: Wsgi) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        signed = SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not signed or environ.get("HTTP_X_AMZ_TARGET") != TARGET:
            return self._application(environ, start_response)
        asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        account = get_account_id_from(signed["key"])
        body = json.dumps(_answer(_counted(account, signed["region"]), asked)).encode()
        length = ("Content-Length", str(len(body)))
        start_response("200 OK", [("Content-Type", "application/x-amz-json-1.1"), length])
        return [body]


def _answer(counted: Mapping[str, int], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Of the types that are asked for, or of all; what there is none of is left out."""
    wanted = asked.get("resourceTypes") or counted
    found = {kind: number for kind, number in counted.items() if number and kind in wanted}
    counts = [{"resourceType": kind, "count": number} for kind, number in found.items()]
    return {"totalDiscoveredResources": sum(found.values()), "resourceCounts": counts}


def _counted(account: str, region: str) -> dict[str, int]:
    machines = MACHINES[account][region]
    return ANYWHERE | {
        "AWS::EC2::Instance": len(machines.all_instances()),
        "AWS::EC2::Volume": len(machines.volumes),
        "AWS::RDS::DBInstance": len(DATABASES[account][region].databases),
        "AWS::Lambda::Function": len([*FUNCTIONS[account][region].list_functions()]),
        "AWS::DynamoDB::Table": len(TABLES[account][region].tables),
        "AWS::KMS::Key": len(KEYS[account][region].keys),
    }
