"""A process that delivers alerts until none is due; tests start several, and kill some."""

import sys
from datetime import datetime
from pathlib import Path

from agent.estate import Estate
from agent.registry import all_checks
from agent.service import announce
from agent.settings.loading import load_settings
from agent.store.store import Store


def company(config, now):
    """The company as its file describes it, at a moment of the test's choosing."""
    settings = load_settings(Path(config), all_checks())
    return Estate(settings=settings, environment={"HOOK_KEY": "s3cret"}, clock=lambda: now)


if __name__ == "__main__":
    url, evidence, config, now = sys.argv[1:]
    announce(company(config, datetime.fromisoformat(now)), Store.open(url, Path(evidence)))
