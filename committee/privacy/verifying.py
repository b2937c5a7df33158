"""The proof: everything the product keeps is looked at, and whatever is left of a person is named.

The graph is read node by node and relationship by relationship, and every index is asked; files are searched in all forms
a text may take; the files of an embedded store byte by byte. A text that belongs to somebody else is told with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from committee.erasure import Person, Trace, Traces
from committee.graph.erasing import Property
from committee.graph.store import Store
from committee.privacy.searching import in_bytes
from committee.privacy.showing import naming_files
from committee.privacy.written import files_in, here
from committee.progress import SILENT, Progress

__all__ = ["Left", "Verdict", "verify"]

_CONTACT_FIELDS = {"contact_id", "stated_contact_id", "other_contact_id", "contact_ids"}
_OF_PEOPLE = {"contacts", "employments", "opportunity_roles"}
_MOST = 5  # places of one shared text that are named


@dataclass(frozen=True)
class Left:
    """Something that is left: where, what, and why it counts or does not."""

    place: str
    says: str
    why: str
    shared: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and what was found.

    Attributes
    ----------
    left : list of Left
    nodes, relationships, indexes, files, engine_files : int
        How many were looked at.
    unknown : list of str
        What cannot be known from here.
    """

    left: list[Left]
    nodes: int
    relationships: int
    indexes: int
    files: int
    engine_files: int
    unknown: list[str] = field(default_factory=list)

    @property
    def is_absent(self) -> bool:
        """Whether nothing of the person is left; what belongs to others does not count."""
        return all(one.shared for one in self.left)


def verify(store: Store, person: Person, also: Sequence[Path] = (), progress: Progress = SILENT) -> Verdict:
    """Look at everything for what is left of a person.

    Parameters
    ----------
    also : sequence of Path
        Folders that people made, such as dumps.
    """
    traces, left = Traces(person), []
    around: set[str] = set()
    shared: Counter[str] = Counter()
    nodes = relationships = 0
    wanted = {text.lower() for text in (*person.mails, *person.names, *traces.sure_ids)}
    others = {text.lower(): (text, why) for text, why in person.shared.items()}
    for found in store.erasing.texts(progress):
        if not isinstance(found, Property):
            nodes, relationships = found
            continue
        low = found.text.lower()
        told = [trace.says for trace in _in_property(found, traces)]
        left += [Left(_place(found), says, "names the person") for says in dict.fromkeys(told)]
        if not told and any(text in low for text in wanted):
            around.add(found.text)
            inside = [trace.says for trace in traces.in_others(found.text)]
            left += [Left(_place(found), says, _whose(person, found.text), shared=True) for says in inside]
        for text, (says, why) in others.items():
            if text in low:
                shared[says] += 1
                if shared[says] <= _MOST:
                    left.append(Left(_place(found), says, why, shared=True))
    if (nodes, relationships) != store.erasing.size():
        left.append(Left("the graph", "", "it changed while it was read: verify again"))
    indexes, hits = _in_indexes(store, person)
    left += hits
    left += [
        Left(str(path), says, "names the person")
        for path, says in naming_files(store, person, progress, list(also)).items()
    ]
    engine_files = _engine_files(store)
    sought = [*person.mails, *person.names, *sorted(traces.sure_ids)]
    for path, texts in in_bytes(engine_files, sought, around).items():
        left += [Left(str(path), text, "bytes of the engine's file") for text in texts]
    return Verdict(left, nodes, relationships, indexes, _files(store, also), len(engine_files), _unknown(store))


def _whose(person: Person, text: str) -> str:
    found = [why for longer, why in person.longer.items() if longer.strip().lower() in text.lower()]
    return f"a part of {found[0]}" if found else "a part of a longer name"


def _in_property(found: Property, traces: Traces) -> list[Trace]:
    """What a property says of the person; ids only where contacts are meant."""
    about = _means_contacts(found)
    return [
        trace
        for trace in traces.in_text(found.text, about_people=bool(about))
        if trace.kind != "id" or about is not None
    ]


def _means_contacts(found: Property) -> bool | None:
    """True where an id in a property is a contact's, None where it is something else's, False in a text."""
    label, name = found.place.partition("-")[0], found.name
    if name in _CONTACT_FIELDS or (name == "key" and found.place == "Contact"):
        return True
    if label in ("Alias", "EarlierValue") and name in (
        "alias_id",
        "old_id",
        "kept_id",
        "record_id",
        "earlier_id",
        "key",
    ):
        return True if found.about.get("record_table") in _OF_PEOPLE else None
    if label == "FindingsColumns" and name == "id":
        return True
    if label == "EarlierValue" and name == "value":
        return str(found.about.get("field_name", "")).endswith("contact_id")
    if name in ("employment_id", "early_id", "subject", "key"):
        return False
    return None if name.endswith(("_id", "_ids", "_by")) or name == "id" else False


def _place(found: Property) -> str:
    return f"{found.place} {found.key}: {found.name}"


def _in_indexes(store: Store, person: Person) -> tuple[int, list[Left]]:
    """Ask each index for the texts by which the person could be found in it."""
    asked, found = store.erasing.in_indexes([*person.mails, *person.names, *person.ids])
    hits = []
    for label, name, nodes in found:
        if label in ("Contact", "Employment", "OpportunityRole") or name in _CONTACT_FIELDS:
            hits.append(Left(f"index on {label}({name})", f"{nodes:,} nodes", "finds the person"))
    return asked, hits


def _engine_files(store: Store) -> list[Path]:
    folder = store.erasing.folder
    return list(files_in(folder)) if folder is not None else []


def _files(store: Store, also: Sequence[Path]) -> int:
    places = [Path(one["path"]) for one in here(store)[0]] + list(also)
    return len({path for place in places for path in files_in(place)})


def _unknown(store: Store) -> list[str]:
    told = ["copies that people made: files redirected from the screen, printed, sent, or moved elsewhere"]
    told += [f"on {one['machine']}: {one['path']} (verify there)" for one in here(store)[1]]
    if store.erasing.folder is None:
        told.append("the files of the database server: its transaction logs and free pages are not readable from here")
    return told
