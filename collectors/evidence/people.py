"""People, and the identities that are or may be theirs."""

from datetime import date

from collectors.evidence.record import Fact, Occurrence, Record, Unread


class Identity(Record, frozen=True, tag="people.identity"):
    """A login of any source: an IAM user, a GitHub member, a principal of a GCP binding."""

    source: str
    """`aws`, `gcp` or `github`."""
    login: str
    """What the source calls it."""
    email: str | Unread | None
    """The address that ties it to a person; `None` when the source says it has none."""
    is_machine: bool | Unread
    enabled: bool | Unread


class Employment(Fact, frozen=True, tag="people.employment"):
    """From when to when somebody works for the company, the first and the last day included."""

    started_on: date
    left_on: date | None
    """`None` while no last day is known."""

    def holds_on(self, day: date) -> bool:
        """Whether the person works for the company on that day."""
        return self.started_on <= day and (self.left_on is None or day <= self.left_on)


class Login(Fact, frozen=True, tag="people.login"):
    """What a source calls a person, by the word of the register of people."""

    source: str
    login: str


class Person(Record, frozen=True, tag="people.person"):
    """Somebody who works or worked for the company, on a payroll or on a contract."""

    email: str
    employment: Employment
    logins: tuple[Login, ...]


class Leaver(Occurrence, frozen=True, tag="people.leaver"):
    """Somebody who left or will leave, with each identity that is or may be theirs."""

    left_on: date
    theirs: tuple[Identity, ...]
    perhaps_theirs: tuple[Identity, ...]
    """Their owner could not be read, or only the login resembles the person's address."""


class Completion(Fact, frozen=True, tag="people.completion"):
    """A course that somebody completed."""

    course: str
    completed_on: date


class TrainedPerson(Record, frozen=True, tag="people.trained_person"):
    """Somebody who works or worked for the company, with every course they completed."""

    employment: Employment
    completions: tuple[Completion, ...] | Unread
