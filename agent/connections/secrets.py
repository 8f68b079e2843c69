"""From the reference in the configuration to the secret: the only place that looks one up."""

from collections.abc import Mapping
from pathlib import Path

NOWHERE: Mapping[str, str] = {}


class MissingSecret(Exception):
    """A secret that the configuration refers to is not there; it names place and remedy."""


def resolve(
    reference: str, environment: Mapping[str, str], places: Mapping[str, str] = NOWHERE
) -> str:
    """The secret that `env:NAME` or `file:PATH` refers to, without the line's end.

    What is no reference is returned as it is: the configuration lets a literal stand only
    where it holds no secret. `places` are the settings' own, so that a message can say
    where the reference stands.

    Raises:
        MissingSecret: the variable is not set, the file cannot be read, or it is empty.
    """
    kind, _, name = reference.partition(":")
    where = f"{places[reference]}: " if reference in places else ""
    if kind == "env":
        secret = environment.get(name, "").strip()
        if not secret:
            raise MissingSecret(f"{where}the environment variable {name} is not set: set it")
        return secret
    if kind == "file":
        return _from_file(Path(name), where)
    return reference


def _from_file(path: Path, where: str) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MissingSecret(f"{where}{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MissingSecret(f"{where}{path} is not text in UTF-8") from None
    if not secret:
        raise MissingSecret(f"{where}{path} is empty: write the secret into it")
    return secret
