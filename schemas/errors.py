"""Every error this project raises on purpose.

    BosphorusError                   anything a user can mend; printed as one line, never with a stack trace
    ├── SettingsError                a setting, option or configuration file is wrong
    │   └── WatchConfigError         a watch definition is wrong
    ├── MissingPrerequisiteError     Java, Maven, a browser, an extra ... is not installed
    ├── BrokerError                  Kafka can't be reached, started or stopped
    │   ├── BrokerAwayError          no broker answers; transient: try again
    │   └── TopicMismatchError       topics differ from the catalogue
    ├── RegistryError                the schema registry can't be reached, or refuses; transient: try again
    ├── KnowledgeError               a register or lexicon row is wrong
    │   └── ActorCodeError           a code breaks the CAMEO grammar
    └── BadRecordError               one record can't be used; it goes to the dead letters with `reason`
        ├── MalformedError           not JSON / not text / cut short / wrong types
        ├── RejectedArticleError     well formed, but not an article we can use
        ├── TooLargeError            over a stated limit
        └── WireError                bytes that are not a record of ours
            └── UnknownSchemaError   the writer's schema is not known here

Each message says what was wrong, where, and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class BosphorusError(Exception):
    """Anything a user can mend. `exit_code` is the status the command line ends with."""

    exit_code: ClassVar[int] = 1


class SettingsError(BosphorusError):
    """A setting, an option or a configuration file is wrong."""

    exit_code = 2


class WatchConfigError(SettingsError):
    """A watch definition is wrong."""


class MissingPrerequisiteError(BosphorusError):
    """Something that has to be installed first is missing."""

    exit_code = 3


class BrokerError(BosphorusError):
    """Kafka can't be reached, started or stopped."""

    exit_code = 4


class BrokerAwayError(BrokerError):
    """No broker answers. It may come back: a worker waits for it."""


class TopicMismatchError(BrokerError):
    """The topics of the broker differ from the catalogue."""


class RegistryError(BosphorusError):
    """The schema registry can't be reached, or refuses. Says nothing about the record: try again."""

    exit_code = 5


class KnowledgeError(BosphorusError):
    """A row of a register or lexicon is wrong."""


class ActorCodeError(KnowledgeError):
    """A code breaks the CAMEO grammar."""


class BadRecordError(BosphorusError):
    """One record can't be used.

    Args:
        reason: machine-readable, `snake_case`, from a bounded vocabulary (it becomes a metric label).
        message: for people: the place, the value and the remedy.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class MalformedError(BadRecordError):
    """Not JSON, not text, cut short, or of the wrong types."""


class RejectedArticleError(BadRecordError):
    """Well formed, but not an article that can be used."""


class TooLargeError(BadRecordError):
    """Over a stated limit."""


class WireError(BadRecordError):
    """Bytes that are not a record of ours."""


class UnknownSchemaError(WireError):
    """The writer's schema is not known here."""
