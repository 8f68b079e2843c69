"""The newest checkpoint and the authority's clock: stamped when it can be, said when it cannot."""

from agent.connections.authority import ask_authority
from agent.connections.secrets import MissingSecret
from agent.estate import Estate
from agent.settings.store import Timestamps
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.store.timestamp import NoRoots, NotStamped, Roots, load_roots, stamp
from agent.store.tree import keep_stamp, newest_unstamped, stamp_of


def stamp_newest(company: Estate, store: Store) -> str | None:
    """Have the newest checkpoint stamped, unless it is; what failed, or `None`.

    Older checkpoints need no stamp of their own: the newest covers them.
    """
    stamps = company.settings.store.timestamps
    if stamps is None:
        return None
    try:
        _stamp_newest(company, store, stamps)
    except (NotStamped, NoRoots, MissingSecret, StoreUnusable) as problem:
        return str(problem)
    return None


def roots_of(stamps: Timestamps | None) -> Roots:
    """The certificates that vouch for the configured authority; none where there is none.

    Raises:
        NoRoots: they cannot be read.
    """
    if stamps is None:
        return ()
    try:
        pem = stamps.roots.read_bytes()
    except OSError as error:
        raise NoRoots(f"{stamps.roots} cannot be read: {error.strerror}") from None
    return load_roots(pem)


def _stamp_newest(company: Estate, store: Store, stamps: Timestamps) -> None:
    with store.reading() as connection:
        newest = newest_unstamped(connection)
    if newest is None:
        return
    size, note = newest
    address = company.resolve(stamps.url)
    given = stamp(note, authority=address, post=ask_authority, roots=roots_of(stamps))
    with store.transaction() as writer:
        if stamp_of(writer.connection, size) is None:  # nobody was quicker
            keep_stamp(writer.connection, size, given)
