"""Kills a cycle at a chosen moment of all those at which something is or was just written."""

from contextlib import contextmanager
from functools import wraps

from agent.store import blobs
from agent.store.store import Store, Writer


class Killer:
    """Counts the moments of writing, and ends the cycle at the chosen one."""

    def __init__(self, moment):
        self.left = moment

    def pass_by(self):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def around(self, function):
        @wraps(function)
        def watched(*arguments, **options):
            self.pass_by()
            result = function(*arguments, **options)
            self.pass_by()
            return result

        return watched

    def around_transactions(self, transaction):
        @contextmanager
        def watched(store):
            with transaction(store) as writer:
                yield writer
                self.pass_by()
            self.pass_by()

        return watched

    @contextmanager
    def loose(self, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(blobs, "_write", self.around(blobs._write))
            patch.setattr(Writer, "append", self.around(Writer.append))
            patch.setattr(Store, "transaction", self.around_transactions(Store.transaction))
            yield
