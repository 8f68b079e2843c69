"""A new signing key: introduced by an entry of the log that the old key signs."""

from pathlib import Path

from agent.connections.signing import replacement, swap
from agent.estate import Estate
from agent.gaps.events import KeyIntroduced
from agent.gaps.lifecycle import Moment
from agent.store.keys import KeyUnusable, SignerKey
from agent.store.store import Store, Writer
from agent.store.tree import introduce, known_keys, sign


def rotate(company: Estate, store: Store) -> SignerKey:
    """Make a new key, have the old one sign its introduction, and put it in the old one's place.

    Interrupted anywhere, the log is still signed by a key it knows, and the next call goes on.

    Raises:
        KeyUnusable: the key is not in a file of ours, is not the one that signs the log, or the
            files cannot be written.
        MalformedKey: a key file holds no key.
        StoreUnusable: a cycle is running, or the store cannot be written.
    """
    kind, _, name = company.settings.store.signing_key.partition(":")
    if kind != "file":
        raise KeyUnusable("the signing key comes from the environment: rotate it in a file")
    path = Path(name)
    with store.exclusive():
        old = company.signer(store)
        new, fresh = replacement(path, old)
        with store.transaction() as writer:
            if new.verifier not in known_keys(writer.connection):
                _introduce(writer, new, by=old, moment=Moment(at=company.clock(), cycle=0))
        swap(path, fresh, old)
    return new


def _introduce(writer: Writer, new: SignerKey, *, by: SignerKey, moment: Moment) -> None:
    """The log names the new key, and the old one signs that; a new log names the old one first."""
    first = introduce(writer.connection, by, moment)
    named = KeyIntroduced(at=moment.at, cycle=0, verifier=new.verifier.encode())
    writer.append([first, named] if first else [named])
    sign(writer.connection, by, moment.at)
