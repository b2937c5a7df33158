"""A CRM as its files see it: its words for personas and statuses, the names of its columns, and which ids are its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from committee.errors import BadSettings
from committee.settings import word_list

__all__ = ["System", "system_named"]

_HOLDERS = ("deal", "contact")


@dataclass(frozen=True)
class System:
    """One CRM.

    Attributes
    ----------
    name, title : str
        As commands and as sentences call it.
    plain : bool
        Whether an id without the system's name in front may be its own.
    role_holders : str
        ``deal``: a person has a role on each deal; ``contact``: one role, whatever the deal.
    forms : mapping of table to pattern
        What an id of the system looks like.
    objects, role_columns, group_columns : mapping
        Names of its objects and columns; an empty column is not written.
    roles, statuses : mapping
        Its words for personas and for statuses of groups; an empty word is not written.
    least_probability : float
        Members less probable are not written.
    name_characters : int
        Longest name of a group.
    """

    name: str
    title: str
    plain: bool
    role_holders: str
    forms: Mapping[str, re.Pattern[str]]
    objects: Mapping[str, str]
    role_columns: Mapping[str, str]
    group_columns: Mapping[str, str]
    roles: Mapping[str, str]
    statuses: Mapping[str, str]
    least_probability: float
    name_characters: int

    def native(self, table: str, record_id: str) -> str | None:
        """Return a record's id as the system knows it; None where the record is not from there.

        Examples
        --------
        >>> system_named("hubspot").native("contacts", "hubspot:501"), system_named("hubspot").native("contacts", "501")
        ('501', None)
        """
        bare = record_id.removeprefix(f"{self.name}:")
        if bare == record_id and not self.plain:
            return None
        return bare if self.forms[table].fullmatch(bare) else None


def system_named(name: str) -> System:
    """Return a CRM by its name, in the words that are in force.

    Raises
    ------
    BadSettings
        A pattern that is none, a role longer than the system takes, or another holder of roles.
    """
    words = word_list("crm")
    told, limits = words[name], words["limits"]
    if told["role_holders"] not in _HOLDERS:
        raise BadSettings(
            f"setting crm.{name}.role_holders is '{told['role_holders']}'", f"Write one of {', '.join(_HOLDERS)}"
        )
    for persona, role in told["roles"].items():
        if len(role) > told["role_characters"]:
            raise BadSettings(
                f"setting crm.{name}.roles.{persona} has {len(role)} characters, and {told['title']} takes {told['role_characters']}",
                "Shorten it",
            )
    forms = {}
    for table, form in told["ids"].items():
        try:
            forms[table] = re.compile(form, re.ASCII)
        except re.error as error:
            raise BadSettings(
                f"setting crm.{name}.ids.{table} is no regular expression: {error}", "Mend it, or take it out"
            ) from None
    return System(
        name,
        told["title"],
        told["plain"],
        told["role_holders"],
        forms,
        told["objects"],
        told["role_columns"],
        told["group_columns"],
        told["roles"],
        told["statuses"],
        limits["least_probability"],
        limits["name_characters"],
    )
