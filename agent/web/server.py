"""The page at an address: it answers while the service runs."""

import socket
import threading
import time
from types import TracebackType
from typing import Self

import structlog
import uvicorn

from agent.estate import Estate
from agent.settings.web import LOOPBACK
from agent.store.store import Store
from agent.web.app import application

log = structlog.get_logger()

WAITING = 128
"""Connections that may wait for their turn."""
FINISH_WITHIN_SECONDS = 5
"""Answers that are being given when the service stops."""


class AddressTaken(Exception):
    """The page cannot listen where it is configured to; the message names the remedy."""


class Page:
    """The page, served from entering until leaving.

    It listens at `web.host` and `web.port`; port 0 takes any that is free.
    """

    def __init__(self, company: Estate, store: Store) -> None:
        self._web = company.settings.web
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(company, store),
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=FINISH_WITHIN_SECONDS,
            )
        )
        self.address = ""

    def __enter__(self) -> Self:
        """Listen, and return once requests are answered.

        Raises:
            AddressTaken: the host is not ours, or the port is in use.
        """
        if self._web.host not in LOOPBACK and not self._web.secure:
            log.warning("page_without_https", host=self._web.host)
        listening = _listen(self._web.host, self._web.port)
        self.address = _address(self._web.host, listening.getsockname()[1])
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="page", daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(WAITING)
    except OSError as error:
        listening.close()
        message = (
            f"the page cannot listen at {_address(host, port)}: {error.strerror}: change `web`"
        )
        raise AddressTaken(message) from None
    return listening


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
