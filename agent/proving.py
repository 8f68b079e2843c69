"""From a company's configuration to proofs and replays of its store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.connections.secrets import MissingSecret
from agent.connections.signing import signer
from agent.estate import Estate
from agent.package.reopening import PackageProof
from agent.proof import Proof, Told
from agent.registry import all_checks, all_joins, all_that_read
from agent.replaying import Replayed, Replaying
from agent.stamping import roots_of
from agent.store import queries
from agent.store.keys import KeyUnusable, VerifierKey
from agent.store.store import Store
from agent.store.timestamp import Roots
from agent.store.tree import signed_sizes

BY_ITS_OWN_WORD = " by the log's own word, as no public key was given"
EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class CompanyProof:
    """A proof of the store that a configuration names."""

    company: Estate
    store: Store
    trusted: tuple[VerifierKey, ...]
    roots: Roots
    summary: str = ""
    """Said at the end: what held."""

    def look(self) -> Iterator[Told]:
        """Everything that is not as it was."""
        with self.store.reading() as connection:
            proof = Proof(
                store=self.store,
                reperformance=self.company.reperformance(connection, self.store),
                trusted=self.trusted,
                roots=self.roots,
            )
            damages = 0
            for told in proof.look():
                damages += told.kind == "damage"
                yield told
            entries = queries.last_number(connection)
            signed = signed_sizes(connection)
        self.summary = ", ".join(self._parts(proof, entries, signed, damages))

    def _parts(self, proof: Proof, entries: int, signed: set[int], damages: int) -> Iterator[str]:
        yield f"{entries} log entries"
        yield f"{len(signed)} signed checkpoints" + ("" if self.trusted else BY_ITS_OWN_WORD)
        if unsigned := entries - max(signed, default=0):
            yield f"{unsigned} {'entry' if unsigned == 1 else 'entries'} not signed yet"
        yield f"{proof.performed} verdicts performed again"
        if proof.expired:
            yield f"{proof.expired} snapshots expired"
        yield "all as written" if not damages else f"{damages} not as written"


def prove(company: Estate, keys: Iterable[str]) -> CompanyProof:
    """A proof by keys known from elsewhere, or by the public half of the configured key.

    Raises:
        MalformedKey: one of the keys is none.
        NoRoots: the certificates of the time-stamp authority cannot be read.
        StoreUnusable: there is no store.
    """
    store = company.store()
    trusted = tuple(VerifierKey.parse(key) for key in keys) or tuple(_own_key(company))
    roots = roots_of(company.settings.store.timestamps)
    return CompanyProof(company=company, store=store, trusted=trusted, roots=roots)


def prove_package(path: Path, company: Estate | None, keys: Iterable[str]) -> PackageProof:
    """A proof of an auditor's package; it needs no configuration.

    Where there is one, its time-stamp authority's roots are used, and its signing key's public half
    if no key is given.

    Raises:
        MalformedKey: one of the keys is none.
        NoRoots: the certificates of the time-stamp authority cannot be read.
    """
    trusted = tuple(VerifierKey.parse(key) for key in keys)
    return PackageProof(
        path=path,
        trusted=trusted or (tuple(_own_key(company)) if company else ()),
        roots=roots_of(company.settings.store.timestamps) if company else (),
        checks=all_checks(),
        collectors=all_that_read(),
        joins=all_joins(),
    )


def replayed(
    company: Estate, *, start: datetime | None, end: datetime | None, check: str | None
) -> Iterator[Replayed]:
    """Judge the evidence of some days again; both days belong to it.

    Raises:
        StoreUnusable: there is no store.
    """
    store = company.store()
    with store.reading() as connection:
        yield from Replaying(
            reperformance=company.reperformance(connection, store),
            versions=company.versions,
            start=start.replace(tzinfo=UTC) if start else EVER,
            end=(end.replace(tzinfo=UTC) if end else company.clock()) + timedelta(days=1),
            check=check,
        ).rows()


def _own_key(company: Estate) -> Iterator[VerifierKey]:
    """The configured key, where whoever proves can read it; an auditor brings theirs.

    A proof makes no key: one that is not there vouches for nothing.
    """
    settings = company.settings
    try:
        key = signer(
            settings.store.signing_key,
            company.resolve,
            company=settings.company.name,
            signed_before=True,
        )
    except (KeyUnusable, MissingSecret):
        return
    yield key.verifier
