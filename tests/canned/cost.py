"""What one cycle costs beside a bare loop that asks the same: each as a program of its own.

`cycle` reads, keeps, judges and stores, and writes down what it asked; `bare` asks the same with
boto3 as it comes out of the box, one client for each service and region, and throws the answers
away. Both have loaded their libraries, and the store is made, before the clock starts.
"""

import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from agent.estate import Estate, Selection
from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.store import queries
from agent.store.evidence import stored_transcript

CONFIGURATION = """
company: {{name: Acme, service: Acme Cloud}}
assessment:
  report: type-2
  criteria: [security, availability, confidentiality, processing_integrity, privacy]
  window: {{start: 2026-01-01, end: 2026-12-31}}
sources:
  aws:
    - {source}
"""
ENVIRONMENT = {"KEY": "AKIA123456789012", "SECRET": "test"}
ACCOUNT = {
    "name": "company",
    "regions": ["eu-west-1", "eu-central-1"],
    "access_key": "env:KEY",
    "secret_key": "env:SECRET",
    "share_of_rate": 1,  # nobody else asks, and what is measured is not patience
}


def estate(folder: Path, url: str, **source) -> Estate:
    """A company whose only source is AWS, at a server of ours."""
    entry = json.dumps({**ACCOUNT, "endpoint_url": url, **source})
    path = folder / "gapwatch.yaml"
    path.write_text(CONFIGURATION.format(source=entry))
    settings = load_settings(path, all_checks())
    return Estate(settings=settings, environment=ENVIRONMENT, clock=lambda: datetime.now(UTC))


def cycle(folder: Path, url: str, check: str | None = None, **source) -> dict:
    """One cycle; what it took, and what it asked."""
    company = estate(folder, url, **source)
    selection = Selection(check=check)
    store = company.store(create=True)
    running = company.cycle(
        store, selection=selection, progress=lambda **_: None, trigger="benchmark"
    )
    began, before = time.process_time(), most_kilobytes()
    report = running.run()
    seconds = time.process_time() - began
    told = {"seconds": seconds, "calls": report.calls, "snapshots": report.snapshots}
    return told | {"began_kb": before, "most_kb": most_kilobytes()}, store


def asked(store) -> list:
    """Every question of the first cycle, each once: service, region, operation, arguments."""
    questions = {}
    with store.reading() as connection:
        for _, entry in queries.entries(connection, kind="evidence_kept"):
            for digest in entry.answers:
                region = entry.scope.partition("/")[2] or ACCOUNT["regions"][0]
                for one in stored_transcript(store.blobs, digest).exchanges:
                    question = [one.service, region, one.operation, one.arguments]
                    questions[json.dumps(question, sort_keys=True)] = question
    return list(questions.values())


def bare(url: str, questions: list) -> dict:
    """The same questions, as simply as they can be asked."""
    began = time.process_time()
    clients = {}
    for service, region, operation, arguments in questions:
        client = clients.get((service, region))
        if client is None:
            client = clients[service, region] = plain(service, region, url)
        try:
            getattr(client, xform_name(operation))(**arguments)
        except (ClientError, ResponseParserError):
            continue
    return {"seconds": time.process_time() - began, "calls": len(questions)}


def plain(service: str, region: str, url: str):
    client = boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=ENVIRONMENT["KEY"],
        aws_secret_access_key=ENVIRONMENT["SECRET"],
    )
    if service == "s3control":
        client.meta.events.register("before-call.s3-control", drop_prefix)
    return client


def drop_prefix(params, **_):
    """On loopback no resolver knows the account's name before the host's."""
    account = params["headers"].get("x-amz-account-id", "")
    params["url"] = params["url"].replace(f"{account}.", "", 1)


def most_kilobytes() -> int:
    """The most memory this program ever had."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def main(step: str, folder: str, url: str, *more: str) -> None:
    """Run one step in a folder; what it took is told on the last line."""
    place = Path(folder)
    if step == "bare":
        told = bare(url, json.loads((place / "asked.json").read_text()))
    else:
        told, store = cycle(place, url, *more[:1], **json.loads(more[1] if more[1:] else "{}"))
        (place / "asked.json").write_text(json.dumps(asked(store)))
        told["distinct"] = len(asked(store))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
