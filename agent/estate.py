"""From the configuration to everything a cycle needs: connections, plan, rules, routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy
import structlog

from agent.action_plan import ActionPlan
from agent.announcing import announcer
from agent.catalogue import Catalogue, load_catalogue
from agent.collect import Progress
from agent.connections.secrets import resolve
from agent.connections.signing import signer
from agent.connections.unit import Connection
from agent.cycle import Cycle
from agent.duties import Duties, time_passed
from agent.gaps.events import OUTSIDE
from agent.gaps.lifecycle import Moment
from agent.judging import Rules
from agent.plan import Plan, plan
from agent.reading import Reading, controls_in_scope
from agent.registry import all_checks, all_collectors, all_joins, all_that_read, all_tracers
from agent.reperformance import Reperformance
from agent.settings.configuration import Settings
from agent.store.keys import SignerKey
from agent.store.store import Store
from agent.store.tree import known_keys
from agent.versions import Versions, encode, versions
from checks.contract import Check
from collectors.contract import Collector
from collectors.evidence.record import Instant

if TYPE_CHECKING:
    from agent.connections.budget import Budget
    from agent.deciding import Desk

log = structlog.get_logger()


class NothingSelected(Exception):
    """The selection leaves no check to carry out; the message says what there is."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which part of the estate a cycle is about; nothing given means all of it."""

    source: str | None = None
    scope: str | None = None
    control: str | None = None
    check: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()


@dataclass(frozen=True, kw_only=True)
class Estate:
    """One company's configuration, ready to be read and judged."""

    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    clock: Callable[[], Instant]

    @cached_property
    def catalogue(self) -> Catalogue:
        """Criteria, controls and worklist."""
        return load_catalogue()

    @property
    def checks(self) -> Mapping[str, Check[Any, Any]]:
        """Every check there is."""
        return all_checks()

    def store(self, *, create: bool = False) -> Store:
        """Open the store.

        Raises:
            MissingSecret: a reference leads nowhere.
            StoreUnusable: see `Store.open`.
        """
        from agent.connections.evidence_bucket import (  # noqa: PLC0415 - not for every command
            evidence,
        )

        url = self._resolve(self.settings.store.url)
        blobs = evidence(self.settings.store, self.resolve, clock=self.clock)
        return Store.open(url, blobs, create=create)

    def reading(self, store: Store, *, as_of: Instant | None = None) -> Reading:
        """The store as it can be read now, or by another moment's idea of what is stale."""
        return Reading(
            store=store,
            settings=self.settings,
            catalogue=self.catalogue,
            checks=self.checks,
            now=as_of or self.clock(),
        )

    @property
    def required_documents(self) -> tuple[tuple[str, str, str], ...]:
        """Each document a control in scope asks for: its name, the control, and its cadence."""
        return tuple(
            (document.name, control.id, document.cadence.value)
            for control in controls_in_scope(self.catalogue, self.settings).values()
            for document in control.evidence.documents
        )

    def connections(self, only: str | None = None) -> list[Connection]:
        """Every configured entry under `sources:`, with its secrets.

        Raises:
            MissingSecret: a reference leads nowhere.
        """
        from agent.connections.configured import (  # noqa: PLC0415 - the readers are loaded when read
            connections,
        )

        return [
            connection
            for connection in connections(
                self.settings,
                self.required_documents,
                self._resolve,
                clock=self.clock,
                budget=self.budget,
            )
            if only in (None, connection.source)
        ]

    @cached_property
    def budget(self) -> "Budget":
        """What is left of AWS's rates: one for all cycles of the process."""
        from agent.connections.budget import Budget  # noqa: PLC0415 - not for every command

        return Budget()

    def plan(self, selection: Selection) -> Plan:
        """What the selected checks need, over all configured sources.

        A cycle over one source judges its own snapshots, and makes joins of what the others
        gave last.

        Raises:
            NothingSelected: no check is left.
        """
        controls = controls_in_scope(self.catalogue, self.settings)
        collectors = self.collectors
        collectable = {collector.yields for collector in collectors}
        joined = {join.yields for join in all_joins().values() if any(map(join.takes, collectors))}
        selected = [
            check
            for check in self.checks.values()
            if check.subject in collectable | joined
            and controls.keys() & set(check.controls)
            and selection.check in (None, check.id)
            and (selection.control is None or selection.control in check.controls)
        ]
        if not selected:
            raise NothingSelected(
                "no check is left by this selection: `gapwatch checks` lists them, "
                "and the sources they need must be configured"
            )
        return plan(selected, collectors, all_joins().values(), sources=self.configured_sources)

    @property
    def collectors(self) -> tuple[Collector[Any, Any], ...]:
        """Those that some configured entry has something for."""
        from agent.connections.configured import (  # noqa: PLC0415 - the readers are loaded when read
            out_of_reach,
        )

        shut = out_of_reach(self.settings)
        return tuple(
            collector
            for collector in all_collectors().values()
            if collector.source in self.configured_sources and collector.reads not in shut
        )

    @property
    def configured_sources(self) -> tuple[str, ...]:
        """The kinds of source that have at least one entry."""
        sources = self.settings.sources
        return tuple(n for n in sources.__struct_fields__ if getattr(sources, n))

    def cycle(
        self,
        store: Store,
        *,
        selection: Selection,
        progress: Progress,
        trigger: str,
    ) -> Cycle:
        """A pass over what is selected, ready to run.

        Raises:
            MissingSecret: a reference leads nowhere.
            NothingSelected: no check is left.
        """
        connections = self.connections(selection.source)
        if not connections:
            known = ", ".join(self.configured_sources)
            raise NothingSelected(f"no source {selection.source} is configured: there are {known}")
        selected = self.plan(selection)
        return Cycle(
            store=store,
            plan=selected,
            connections=connections,
            rules=self.rules(store),
            clock=self.clock,
            progress=progress,
            announce=announcer(self),
            signer=self.signer(store),
            trigger=trigger,
            threads=self.settings.threads,
            tracers=tuple(all_tracers().values()),
            scope=selection.scope,
            whole=selection.whole,
            intervals={name: self.settings.interval(name) for name in self.configured_sources},
            expiry=self.settings.watching.expiry,
        )

    @cached_property
    def versions(self) -> Versions:
        """Everything that judges now."""
        units = (*self.checks.values(), *all_that_read().values(), *all_joins().values())
        return versions(self.settings, self.catalogue, units)

    def signer(self, store: Store) -> SignerKey:
        """The key that signs the log.

        Raises:
            KeyUnusable: see `connections.signing`.
        """
        with store.reading() as connection:
            known = known_keys(connection)
        return signer(
            self.settings.store.signing_key,
            self.resolve,
            company=self.settings.company.name,
            signed_before=bool(known),
        )

    def reperformance(self, connection: sqlalchemy.Connection, store: Store) -> Reperformance:
        """The means to reach every stored verdict again."""
        return Reperformance(
            connection=connection,
            blobs=store.blobs,
            checks=self.checks,
            collectors=all_that_read(),
            joins=all_joins(),
        )

    def rules(self, store: Store) -> Rules:
        """The operator's part in judging, and the digest of everything that judges."""
        return Rules(
            checks=self.checks,
            thresholds=self.settings.thresholds,
            excluded=self.versions.excluded,
            interval=self.settings.interval,
            controls={
                control.id: control.title
                for control in controls_in_scope(self.catalogue, self.settings).values()
            },
            versions=store.blobs.put(encode(self.versions)),
            duties=self._duties_as_far_as_readable(),
        )

    def duties(self) -> Duties:
        """What people owe and have decided in the reviewed file.

        Raises:
            BadAcceptances: see `reviewed_file`.
        """
        from agent.reviewed import reviewed_file  # noqa: PLC0415 - few have such a file

        path = self.settings.acceptances.file
        known = self.action_plan.duties
        return replace(known, file=reviewed_file(path)) if path else known

    def _duties_as_far_as_readable(self) -> Duties:
        """A file that is broken meanwhile decides nothing new, and stops no cycle."""
        from agent.reviewed import BadAcceptances  # noqa: PLC0415 - few have such a file

        try:
            return self.duties()
        except BadAcceptances as problem:
            log.warning("acceptances_not_read", why=str(problem))
            return self.action_plan.duties

    def let_time_pass(self, store: Store) -> None:
        """Log what time has brought about since it was last asked: nothing, mostly.

        Raises:
            StoreUnusable: the store cannot be written.
        """
        moment, duties = Moment(at=self.clock(), cycle=OUTSIDE), self.action_plan.duties
        with store.reading() as connection:
            if not time_passed(connection, duties, moment):
                return
        with store.transaction() as writer:
            events = time_passed(writer.connection, duties, moment)
            numbers = writer.append(events)
            announcer(self)(writer, list(zip(numbers, events, strict=True)))

    def desk(self, store: Store) -> "Desk":
        """Where people decide.

        Raises:
            BadAcceptances: see `reviewed_file`.
        """
        from agent.deciding import Desk  # noqa: PLC0415 - only when something is decided

        return Desk(store=store, duties=self.duties(), announce=announcer(self), now=self.clock())

    @property
    def action_plan(self) -> ActionPlan:
        """What a gap takes, and who answers for it."""
        return ActionPlan(
            settings=self.settings,
            catalogue=self.catalogue,
            checks=self.checks,
            now=self.clock(),
        )

    def register_problems(self) -> list[str]:
        """What is wrong with the registers people keep, a line each."""
        from agent.connections.documents import (  # noqa: PLC0415 - read only before a cycle
            DocumentsConnection,
        )

        return [
            problem
            for connection in self.connections("documents")
            if isinstance(connection, DocumentsConnection)
            for problem in connection.validate()
        ]

    def resolve(self, reference: str) -> str:
        """The secret or the address behind a reference.

        Raises:
            MissingSecret: it leads nowhere.
        """
        return resolve(reference, self.environment, self.settings.places)

    def _resolve(self, reference: str) -> str:
        return self.resolve(reference)
