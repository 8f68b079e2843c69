"""A new signing key: introduced by an entry of the log that the old key signs."""

from pathlib import Path

from agent.connections.signing import replacement, swap
from agent.estate import Estate
from agent.gaps.events import KeyIntroduced
from agent.store.keys import KeyUnusable, SignerKey
from agent.store.store import Store
from agent.store.tree import sign


def rotate(company: Estate, store: Store) -> SignerKey:
    """Make a new key, have the old one sign its introduction, and put it in the old one's place.

    Interrupted anywhere, the log is still signed by a key it knows.

    Raises:
        KeyUnusable: the key is not in a file of ours, or the files cannot be written.
    """
    kind, _, name = company.settings.store.signing_key.partition(":")
    if kind != "file":
        raise KeyUnusable("the signing key comes from the environment: rotate it in a file")
    old = company.signer(store)
    new, fresh = replacement(Path(name), old)
    now = company.clock()
    with store.exclusive(), store.transaction() as writer:
        writer.append([KeyIntroduced(at=now, cycle=0, verifier=new.verifier.encode())])
        sign(writer.connection, old, now)
    swap(Path(name), fresh, old)
    return new
