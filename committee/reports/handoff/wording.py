"""The patterns a brief is worded with: as shipped, as settings change them, and from a user's own file; each checked."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from committee.errors import BadSettings
from committee.records import digest
from committee.reports.handoff.document import Told, tell
from committee.settings import word_list
from committee.settings.lists import ListRefused, changed

__all__ = ["FIELDS", "ORDERS", "QUESTION_FIELDS", "filled", "wording", "words_in_force"]

QUESTION_FIELDS = ("account", "program", "area", "modality", "phase", "registry", "need")
FIELDS = (
    *("person", "title", "persona", "cares", "piece", "kind", "topic", "read_on", "times", "written_for"),
    *QUESTION_FIELDS,
    *("event", "event_on"),
)
ORDERS = ("asked", "persona", "depth", "latest", "touches", "probability")
_EVIDENCE = ("deal", "asked", "need", "program", "status")
_EVIDENCE_OF = ("event", "member", "read")


def wording() -> Mapping[str, Any]:
    """Return the patterns in force.

    Raises
    ------
    BadSettings
        A file that cannot be read, a key that nobody reads, or a pattern with a field that is not there; the sentence
        names the file, the key and the field.
    """
    said = word_list("handoff")
    where = "setting handoff."
    if said["file"]:
        own = _own_file(said["file"])
        _check(own, f"{said['file']}: ")
        said = _over(said, own)
    _check(said, where)
    return said


def words_in_force() -> str:
    """Return a hash of all that decides the words of a brief beside its facts."""
    lists = {name: word_list(name) for name in ("reports", "personas")} | {"handoff": wording()}
    lists["handoff"] = {key: value for key, value in lists["handoff"].items() if key not in ("file", "owner_tries")}
    return digest([json.dumps(lists, sort_keys=True, default=str)])


def _own_file(name: str) -> Mapping[str, Any]:
    try:
        found = tomllib.loads(Path(name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSettings(
            f"{name}, which handoff.file names, cannot be read: {error.strerror}", "Check the path"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSettings(f"{name} is no UTF-8 text: line {line} is not", "Save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{name} is no TOML: {error}", "Mend the line named") from None
    found = _listed(found.get("handoff", found) if set(found) == {"handoff"} else found)
    try:
        changed("handoff", {key: value for key, value in found.items() if key != "file"})
    except ListRefused as refused:
        raise BadSettings(
            f"{name}: {refused.what.replace('handoff.', '')}", refused.remedy.replace("handoff.", "")
        ) from None
    return found


def _listed(found: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of a file in which one pattern may stand for a list of one."""
    made = {key: value for key, value in found.items() if key not in ("concerns", "talking")}
    for section in ("concerns", "talking"):
        if section in found:
            made[section] = {
                persona: {key: [value] if isinstance(value, str) else value for key, value in patterns.items()}
                if isinstance(patterns, Mapping)
                else patterns
                for persona, patterns in _mapping(found[section]).items()
            }
    return made


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _over(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in change.items():
        made[key] = _over(base[key], value) if isinstance(value, Mapping) else value
    return made


def _check(said: Mapping[str, Any], where: str) -> None:
    for key, pattern, fields in _patterns(said):
        try:
            names = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        except ValueError:
            raise BadSettings(
                f"{where}{key} has a brace without its other half: {pattern!r}",
                "Write {field}, or {{ for a brace itself",
            ) from None
        for name in names:
            if name not in fields:
                near = difflib.get_close_matches(name, fields, n=1)
                raise BadSettings(
                    f"{where}{key} has a field that is not there: {{{name}}}",
                    f"Did you mean {{{near[0]}}}?" if near else f"There are {', '.join(fields)}",
                )
    for rule in said.get("order", {}).get("by", []):
        if rule not in ORDERS:
            raise BadSettings(f"{where}order.by has an unknown rule: {rule}", f"There are {', '.join(ORDERS)}")
    for frame, letters in said.get("frames", {}).items():
        for letter, about in letters.items():
            _check_evidence(f"{where}frames.{frame}.{letter}.evidence", about.get("evidence", []))


def _check_evidence(where: str, evidence: list[str]) -> None:
    classes = word_list("handoff")["content"]
    for kind in evidence:
        what, _, of = kind.partition(":")
        known = kind in _EVIDENCE or (of and what in _EVIDENCE_OF and (what != "read" or of in classes))
        if not known:
            there = [*_EVIDENCE, "event:KIND", "member:PERSONA", *(f"read:{name}" for name in classes)]
            raise BadSettings(f"{where} has an unknown kind of evidence: {kind}", f"There are {', '.join(there)}")


def _patterns(said: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for section in ("concerns", "talking"):
        for persona, patterns in said.get(section, {}).items():
            for situation, texts in patterns.items():
                for text in texts:
                    yield f"{section}.{persona}.{situation}", text, FIELDS
    for frame, letters in said.get("frames", {}).items():
        for letter, about in letters.items():
            for text in about.get("question", []):
                yield f"frames.{frame}.{letter}.question", text, QUESTION_FIELDS


def filled(patterns: list[str], parts: Mapping[str, Told]) -> Told:
    """Fill the first pattern whose fields are all known; nothing where there is none."""
    for pattern in patterns:
        names = {name for _, name, _, _ in Formatter().parse(pattern) if name}
        if all(parts.get(name) for name in names):
            return tell(pattern, **parts)
    return Told()
