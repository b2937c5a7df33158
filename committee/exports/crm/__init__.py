"""Write-back as files: roles of people and records of groups in a CRM's own words, what each file changes, and how to undo it."""

from committee.exports.crm.folder import Kept, mark_undone, read_kept, write_export
from committee.exports.crm.shown import Shown, shown
from committee.exports.crm.system import System, system_named
from committee.exports.crm.wanted import Wanted, wanted
from committee.exports.crm.what_changes import Change, Diff, changes, undone

__all__ = [
    "Change",
    "Diff",
    "Kept",
    "Shown",
    "System",
    "Wanted",
    "changes",
    "mark_undone",
    "read_kept",
    "shown",
    "system_named",
    "undone",
    "wanted",
    "write_export",
]
