"""Every error a user can cause: what happened, where, and what to do next, in one line.

The command line turns these into one line on stderr and exit code 1; anything else is a bug and keeps its traceback.
"""

__all__ = [
    "AlreadyDecided",
    "AmbiguousName",
    "BadDecision",
    "BadFile",
    "BadSettings",
    "CommitteeError",
    "NotFound",
    "OldSchema",
    "StoreBusy",
    "StoreUnreachable",
    "UnfinishedLoad",
    "WorkerLost",
    "WriteFailed",
]


class CommitteeError(Exception):
    """Something the user can mend.

    Parameters
    ----------
    what : str
        What happened, and where, as one sentence without a full stop at the end.
    remedy : str
        What to do next, as one sentence in the imperative.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}. {remedy}".strip() if remedy else what)


class BadFile(CommitteeError):
    """A file or folder that cannot be read as anything the product knows."""


class BadSettings(CommitteeError):
    """A settings file, option or environment variable with an unknown key or an impossible value."""


class NotFound(CommitteeError):
    """An id or name that nothing has."""


class AmbiguousName(CommitteeError):
    """A name that several things have; the candidates are in the message."""


class AlreadyDecided(CommitteeError):
    """A decision that was made before, about the same state of the same finding."""


class BadDecision(CommitteeError):
    """A decision that cannot be: about one thing twice, or against another decision that stands."""


class StoreUnreachable(CommitteeError):
    """A store that does not answer, refuses the credentials, or went away in the middle."""


class StoreBusy(CommitteeError):
    """Another process writes to, or holds, this store."""


class OldSchema(CommitteeError):
    """A store or folder written by another schema version."""


class UnfinishedLoad(CommitteeError):
    """A load that was interrupted: its rows are only partly there."""


class WriteFailed(CommitteeError):
    """A file or store that cannot be written (disk full, read-only folder, size limit)."""


class WorkerLost(CommitteeError):
    """A process that did part of the work ended before it was done."""
