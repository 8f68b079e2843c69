"""Where something is the case, in little room however many places there are."""


class Places:
    """Collectors and scopes: of each collector one set, and each scope's name once for all."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}
        self._names: dict[str, str] = {}

    def add(self, collector: str, scope: str) -> None:
        """One more place; the same one twice is one."""
        self._of.setdefault(collector, set()).add(self._names.setdefault(scope, scope))

    def __contains__(self, place: tuple[str, str]) -> bool:
        collector, scope = place
        return scope in self._of.get(collector, ())

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))
