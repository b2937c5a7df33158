"""What is concluded: one class per kind of finding, and the run that made them. Names are the columns of the answers folder."""

from __future__ import annotations

from typing import ClassVar

from committee.records.fields import Category, Instant, Number, Reference, Text, Whole, Words, field
from committee.records.record import Link, Record

__all__ = [
    "COMPUTED",
    "STATUSES",
    "ContentTag",
    "Coverage",
    "Early",
    "Evidence",
    "Flag",
    "Group",
    "Membership",
    "PersonaFinding",
    "Reading",
    "SetAside",
    "StatusChange",
    "Unassigned",
]

STATUSES = (
    "closed",
    "dormant",
    "stalled",
    "evaluating",
    "active",
    "forming",
)  # of a group; the first that holds is said


class PersonaFinding(Record):
    """Which persona a contact has, and which words said so."""

    table: ClassVar[str] = "personas"
    bulk: ClassVar[bool] = True

    contact_id: Text = field("The contact", key=True)
    persona: Category = field("Persona, or unknown", required=True)
    confidence: Number = field("0 to 1")
    rule: Category = field("Rule that decided; 'stated' when the source says so")
    matched: Text = field("Words that decided")
    runner_up: Category = field("Second best persona")


class Reading(Record):
    """Which persona a contact reads like: a hint beside the title, never in its place."""

    table: ClassVar[str] = "readings"
    bulk: ClassVar[bool] = True

    contact_id: Text = field("The contact", key=True)
    persona: Category = field("The persona whose reading it is like", required=True)
    probability: Number = field("Among the personas whose reading is known, 0 to 1", low=0, high=1)
    pieces: Whole = field("Pieces of content it is judged by", low=0)


class ContentTag(Record):
    """What a piece of content is about: as stated, or by the lexicon with a confidence below 1."""

    table: ClassVar[str] = "content_tags"
    bulk: ClassVar[bool] = True

    content_id: Text = field("The piece of content", key=True)
    topic: Words = field("Needs it is about")
    therapeutic_area: Category = field("Therapeutic area")
    modality: Category = field("Modality")
    phase: Category = field("Phase")
    stage: Category = field("Funnel stage")
    confidence: Number = field("1 = as stated; less = by the lexicon; empty = untagged")
    matched: Text = field("Words that decided")


class Early(Record):
    """Single people and pairs that are no group yet."""

    table: ClassVar[str] = "early"
    bulk: ClassVar[bool] = True

    contact_id: Text = field("The contact", required=True)
    account_id: Text = field("The account", required=True)
    program_id: Text = field("The program, empty = none listed")
    other_contact_id: Text = field("The other one of a pair, empty = single")
    early_id: Text = field("Account, program, need and people in one text", key=True)
    need: Category = field("What it is about")
    first_at: Instant = field("First touch")
    last_at: Instant = field("Last touch")
    engagements: Whole = field("Touches", low=0)


class Group(Record):
    """A buying group: people of one account, one program, one need, one stretch of time."""

    table: ClassVar[str] = "groups"
    label: ClassVar[str] = "BuyingGroup"

    group_id: Text = field("The group's id, a function of what it is made of", key=True, indexed=True)
    lineage_id: Text = field("Id of the first group it continues through the runs", indexed=True)
    account_id: Text = field("The account", required=True, refers=Reference("accounts", "FORMED_IN"), indexed=True)
    program_id: Text = field("The program; empty = no listed program", refers=Reference("programs", "BUYS_FOR"))
    need: Category = field("The need")
    status: Category = field("Status as of the run", required=True)
    formed_at: Instant = field("First member touch", required=True)
    last_active_at: Instant = field("Last member touch", required=True)
    people: Whole = field("Members", required=True, low=0)
    personas: Words = field("Distinct known personas of the members")
    engagements: Whole = field("Touches of members that count", low=0)
    strength: Number = field("Weight of the evidence; its unit depends on the detector")
    program_alternatives: Words = field("Other programs it may be for, as id:probability")
    detector: Category = field("Which detector found it")
    families: Words = field("Function families engaged: scientific, operational, commercial, governance")


class Membership(Record):
    """One person's place in one group."""

    table: ClassVar[str] = "memberships"
    link: ClassVar[Link | None] = Link("MEMBER_OF", "contact_id", "group_id")

    group_id: Text = field("The group", key=True, refers=Reference("groups"))
    contact_id: Text = field("The person", key=True, refers=Reference("contacts"))
    account_id: Text = field("The account", required=True)
    persona: Category = field("Persona in this group")
    probability: Number = field("Probability of membership; empty = by rule", low=0, high=1)
    first_at: Instant = field("First touch that counts")
    last_at: Instant = field("Last touch that counts")
    engagements: Whole = field("Touches that count", low=0)


class Evidence(Record):
    """One engagement that speaks for one group."""

    table: ClassVar[str] = "evidence"
    link: ClassVar[Link | None] = Link("EVIDENCE_FOR", "engagement_id", "group_id")

    group_id: Text = field("The group", key=True, refers=Reference("groups"))
    engagement_id: Text = field("The engagement", key=True, refers=Reference("engagements"))
    contact_id: Text = field("The person", required=True)
    responsibility: Number = field("Share of the engagement credited to the group", low=0, high=1)
    reasons: Words = field("Named reasons as name:log-odds; by rule without a number")


class StatusChange(Record):
    """A group's status from a moment on, with its cause."""

    table: ClassVar[str] = "statuses"
    bulk: ClassVar[bool] = True

    group_id: Text = field("The group", key=True)
    status: Category = field("Status", key=True)
    since: Instant = field("Since when", key=True)
    cause: Text = field("Why", required=True)


class Coverage(Record):
    """How much of the usual committee of a group is known, and how much of it engages."""

    table: ClassVar[str] = "coverage"
    bulk: ClassVar[bool] = True

    group_id: Text = field("The group", key=True)
    persona: Category = field("Persona", key=True)
    known: Whole = field("People of this persona known in the account", low=0)
    engaged: Whole = field("Of these, members of the group", low=0)
    needed: Whole = field("Seats the usual committee has for it", low=0)
    template: Category = field(
        "Whose seats these are: default, all (won deals), or a segment of them such as industry: biotech"
    )


class Unassigned(Record):
    """A relevant engagement that no group claims."""

    table: ClassVar[str] = "unassigned"
    bulk: ClassVar[bool] = True

    engagement_id: Text = field("The engagement", key=True)
    account_id: Text = field("The account")
    reason: Category = field("Why no group claims it", required=True)


class Flag(Record):
    """A dated finding that asks for action, with its receipt."""

    table: ClassVar[str] = "flags"
    label: ClassVar[str] = "Flag"

    flag_id: Text = field("The flag's id, a function of what raised it", key=True, indexed=True)
    kind: Category = field("Kind: window", required=True)
    scope: Category = field("account or program", required=True)
    certainty: Category = field("certain or possible", required=True)
    account_id: Text = field("The account", required=True, refers=Reference("accounts", "RAISED_FOR"), indexed=True)
    program_id: Text = field("The program, in program scope", refers=Reference("programs"))
    group_id: Text = field("The group it belongs to", refers=Reference("groups", "RAISED_FOR"))
    window_start: Instant = field("First engagement of the flag", required=True)
    window_end: Instant = field("Last engagement of the flag", required=True)
    raised_at: Instant = field("When the deciding persona arrived", required=True)
    personas: Words = field("Distinct personas")
    contact_ids: Words = field("People", refers=Reference("contacts"))
    engagement_ids: Words = field(
        "Engagements, by time and id", refers=Reference("engagements", "TRIPPED", reverse=True)
    )
    witness_ids: Words = field("Engagements that raise the flag on their own")
    removal_ids: Words = field("Engagements without which the flag is gone")
    rule: Category = field("Rule and its version")
    expected_by_chance: Number = field("Share of shifted worlds with such a window there", low=0, high=1)
    weak: Category = field("Why the flag is weak, empty = it is not")


class SetAside(Record):
    """A record that no analysis counted, and why."""

    table: ClassVar[str] = "set_aside"
    bulk: ClassVar[bool] = True

    record: Category = field("Table of the record", key=True)
    id: Text = field("Its id", key=True)
    reason: Category = field("Why it does not count", required=True)


COMPUTED: tuple[type[Record], ...] = (
    PersonaFinding,
    Reading,
    ContentTag,
    Early,
    Group,
    Membership,
    Evidence,
    StatusChange,
    Coverage,
    Unassigned,
    Flag,
    SetAside,
)
