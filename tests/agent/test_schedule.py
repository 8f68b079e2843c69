"""A service that runs for months gives back what each of its cycles took."""

import gc
import threading
import weakref

import pytest

from agent.schedule import cycle_of
from agent.store.faults import StoreUnusable


class Client:
    """Two of them hold each other, as the clients of an SDK do."""


@pytest.fixture
def seldom():
    """Python does not look for garbage by itself: during a cycle it hardly does."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("seldom")
def test_what_a_cycle_leaves_behind_is_given_back(monkeypatch):
    left = []

    def run(*_, **__):
        one, other = Client(), Client()
        one.other, other.other = other, one
        left.append(weakref.ref(one))
        raise StoreUnusable("another gapwatch is writing")

    monkeypatch.setattr("agent.schedule.run_cycle", run)
    cycle_of(None, None, None, threading.Event())()

    assert left[0]() is None
