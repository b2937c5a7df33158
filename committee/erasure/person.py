"""A person as the ids, mail addresses and names by which they are known."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

__all__ = ["Person", "mail_text", "mailbox", "name_text"]


@dataclass(frozen=True)
class Person:
    """One person, by all that names them.

    Attributes
    ----------
    ids : tuple of str
        Contact ids, those among them that a source has merged into another.
    mails : tuple of str
        Mail addresses that no other contact has, in lower case.
    names : tuple of str
        Names of two words and more that nobody and nothing else has.
    shared : mapping of str to str
        Names and addresses that others have as well, and who; they are told, and nothing is done about them.
    longer : mapping of str to str
        Names and addresses of others that hold one of these inside, and whose they are: nothing in them is the person's.
    boxes : tuple of str
        Mailboxes, that is addresses without what stands behind a plus, that no other contact has.
    """

    ids: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)
    longer: Mapping[str, str] = field(default_factory=dict)
    boxes: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return the person as JSON text."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Self:
        """Read what `as_json` wrote."""
        told = json.loads(text)
        return cls(
            tuple(told["ids"]),
            tuple(told["mails"]),
            tuple(told["names"]),
            told["shared"],
            told["longer"],
            tuple(told["boxes"]),
        )

    def has_mail(self, text: str | None) -> bool:
        """Whether an address is the person's, whatever it has behind a plus."""
        return bool(text) and (mail_text(text or "") in self.mails or mailbox(text or "") in self.boxes)

    def __bool__(self) -> bool:
        return bool(self.ids or self.mails)


def mail_text(text: str) -> str:
    """Return a mail address as addresses are compared."""
    return unicodedata.normalize("NFC", text).strip().lower()


def mailbox(text: str) -> str:
    """Return a mail address without what stands behind a plus.

    >>> mailbox(" Ann+Lab@Example.org")
    'ann@example.org'
    """
    name, at, host = mail_text(text).rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{host}"


def name_text(text: str) -> str:
    """Return a name as names are compared: one blank between words, no upper case."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
