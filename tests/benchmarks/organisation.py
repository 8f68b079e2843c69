"""The first cycle over an organisation of many repositories, in a process of its own.

    python -m tests.benchmarks.organisation FOLDER REPOSITORIES

What it cost of each hourly limit, and the most memory it took, as JSON.
"""

import json
import sys
from pathlib import Path

from agent.demo.github.server import GithubServer
from agent.store.store import Store
from tests.agent.house import Clock
from tests.agent.test_github_cost import cycle, grown
from tests.benchmarks.storm import most_kilobytes
from tests.evidence import NOW

CHANGES = 2


def first_cycle(folder, repositories):
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    with GithubServer("acme", clock=lambda: NOW) as server:
        for login, role in (("olga", "admin"), ("otto", "admin"), ("mia", "member")):
            server.state.add_member(login, role)
        server.state.add_ruleset("everywhere", checks=("test",))
        grown(server, repositories, changes=CHANGES)
        before = most_kilobytes()
        spent = cycle(store, server, Clock())
    most = most_kilobytes()
    return {**spent, "most_kb": most, "grown_by_kb": most - before}


if __name__ == "__main__":
    told = first_cycle(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(told)}\n")
