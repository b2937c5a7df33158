"""People who want to be left alone: what is kept of them, erasing it, and the proof that nothing is left."""

from committee.privacy.erasing import Erased, Plan, complete, erase, plan
from committee.privacy.people import asked_for, tombstoned, whom
from committee.privacy.showing import copy_of, kept_rows
from committee.privacy.verifying import Verdict, verify
from committee.privacy.written import DUMP, here, noted

__all__ = [
    "DUMP",
    "Erased",
    "Plan",
    "Verdict",
    "asked_for",
    "complete",
    "copy_of",
    "erase",
    "here",
    "kept_rows",
    "noted",
    "plan",
    "tombstoned",
    "verify",
    "whom",
]
