"""A real company of one small source, from its configuration on: a few documents in a folder."""

import yaml

from agent.estate import Estate, Selection
from agent.proving import prove
from agent.registry import all_checks
from agent.service import run_cycle
from agent.settings.loading import load_settings
from tests.agent.house import Clock

CONFIGURATION = {
    "company": {"name": "Acme", "service": "Acme Cloud"},
    "assessment": {
        "report": "type-2",
        "criteria": ["security"],
        "window": {"start": "2026-10-01", "end": "2027-03-31"},
    },
    "sources": {
        "documents": [{"name": "acme", "path": "./policies", "registers": "./registers"}],
    },
}


def company(folder, *, environment=None, clock=None, **sections):
    """The company in a folder, with these sections of its configuration."""
    for name in ("policies", "registers"):
        (folder / name).mkdir(exist_ok=True)
    path = folder / "gapwatch.yaml"
    path.write_text(yaml.safe_dump({**CONFIGURATION, **sections}))
    settings = load_settings(path, all_checks())
    return Estate(settings=settings, environment=environment or {}, clock=clock or Clock())


def run(acme):
    """One cycle; the store it was kept in."""
    store = acme.store(create=True)
    run_cycle(acme, store, Selection(), trigger="command")
    return store


def proven(acme, *keys):
    """What a proof tells, and its summary."""
    proof = prove(acme, keys)
    return list(proof.look()), proof.summary
