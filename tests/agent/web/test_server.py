"""The page begins to answer, and stops."""

import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest

from agent.web.server import AddressTaken, Page
from tests.agent.web.kept import estate


def test_it_answers_while_it_is_entered_and_leaves_nothing_behind(company):
    before = threading.active_count()
    with Page(company, company.store(create=True)) as page:
        assert page.address.startswith("http://127.0.0.1:")
        assert connects(page.address)
    assert not connects(page.address)
    assert threading.active_count() == before


def test_it_stops_although_a_browser_keeps_its_connection(company):
    with Page(company, company.store(create=True)) as page:
        waiting = socket.create_connection(place(page.address))
        waiting.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert waiting.recv(12) == b"HTTP/1.1 200"
    waiting.close()


def test_an_address_that_is_taken_is_told_with_the_remedy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        company = estate(tmp_path, port=other.getsockname()[1])
        page = Page(company, company.store(create=True))
        with pytest.raises(
            AddressTaken, match=r"cannot listen at http://127\.0\.0\.1:\d+: .*`web`"
        ):
            page.__enter__()


@pytest.mark.parametrize("module", ["agent.cli", "agent.estate", "agent.service", "agent.schedule"])
def test_no_other_room_loads_the_page_at_its_start(module):
    rooms = {"agent.web", "litestar", "uvicorn", "jinja2"}
    told = f"import sys, {module}; print(sorted({rooms} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def connects(address):
    try:
        socket.create_connection(place(address), timeout=2).close()
    except OSError:
        return False
    return True


def place(address):
    parts = urlsplit(address)
    return parts.hostname, parts.port
