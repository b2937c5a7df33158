"""What comes from files: one class per kind of record. A field's name is its column in the canonical folder.

It is long because it is the list of all fields.
"""

from __future__ import annotations

from typing import ClassVar

from committee.records.fields import Category, Day, Instant, Number, Reference, Text, Whole, Words, YesNo, field
from committee.records.record import Link, Record

__all__ = [
    "LOADED",
    "Account",
    "Alias",
    "Campaign",
    "Contact",
    "Content",
    "Employment",
    "Engagement",
    "Opportunity",
    "OpportunityRole",
    "Program",
    "Signal",
]


class LoadedRecord(Record):
    """A record that comes from a file, and says which."""

    provenance: ClassVar[bool] = True


class Account(LoadedRecord):
    """A company that buys, or might."""

    table: ClassVar[str] = "accounts"
    label: ClassVar[str] = "Account"
    free_columns: ClassVar[bool] = True

    account_id: Text = field("The account's id", key=True)
    name: Text = field("The company's name", required=True, indexed=True)
    domain: Words = field("Mail and web domains")
    parent_account_id: Text = field(
        "The company it belongs to", refers=Reference("accounts", "SUBSIDIARY_OF"), resolved=True
    )
    country: Category = field("Country")
    industry: Category = field("Industry")
    employees: Whole = field("Number of employees", low=0)
    revenue_usd: Number = field("Revenue of a year, US dollars")
    owner: Category = field("Who in sales owns the account")
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")
    is_now: Text = field(
        "The account that stands for it, where two are one company",
        refers=Reference("accounts", "SAME_AS"),
        derived=True,
    )
    belongs_to: Text = field(
        "The owner by public knowledge, where no file states a parent",
        refers=Reference("accounts", "SUBSIDIARY_OF"),
        derived=True,
    )


class Program(LoadedRecord):
    """The customer's program: a drug, a trial, a development project."""

    table: ClassVar[str] = "programs"
    label: ClassVar[str] = "Program"
    free_columns: ClassVar[bool] = True

    program_id: Text = field("The program's id", key=True)
    account_id: Text = field(
        "The account that runs it", required=True, refers=Reference("accounts", "RUN_BY"), resolved=True
    )
    parent_program_id: Text = field("The program it is a part of", refers=Reference("programs", "PART_OF_PROGRAM"))
    partner_account_ids: Words = field(
        "Accounts that take part", refers=Reference("accounts", "PARTNERS_IN", reverse=True), resolved=True
    )
    name: Text = field("Its name", indexed=True)
    therapeutic_area: Category = field("Therapeutic area, in the product's words")
    modality: Category = field("Modality, in the product's words")
    phase: Category = field("Phase, in the product's words")
    status: Category = field("Status, in the source's words")
    needs: Words = field("Service lines it has to buy", refers=Reference("needs", "NEEDS"))
    registry_id: Text = field("Its number in a public registry")
    started_on: Day = field("Start, in the precision known")
    ended_on: Day = field("End, in the precision known")
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class Contact(LoadedRecord):
    """A person at an account."""

    table: ClassVar[str] = "contacts"
    label: ClassVar[str] = "Contact"
    free_columns: ClassVar[bool] = True  # personal data: only those on the allow-list in the settings

    contact_id: Text = field("The contact's id", key=True)
    account_id: Text = field(
        "The employer now", refers=Reference("accounts", "WORKS_AT", carries=("title",)), resolved=True
    )
    email: Text = field("Mail address", indexed=True)
    name: Text = field("Name", indexed=True)
    title: Text = field("Job title")
    department: Text = field("Department")
    seniority: Category = field("Seniority")
    persona: Category = field("Persona as the source states it; beats the title")
    program_id: Text = field("Program the source states for the person", refers=Reference("programs"))
    created_at: Instant = field("When the source first had the person")
    suppressed: YesNo = field("Must not be contacted")
    deleted: YesNo = field("The source marks the record as deleted: it is suppressed and set aside")
    mapped_persona: Category = field("Persona by the lexicon in force at load", derived=True)
    mapped_confidence: Number = field("Confidence of that mapping, 0 to 1", derived=True)
    mapped_rule: Category = field("Rule of the lexicon that decided", derived=True)
    is_now: Text = field(
        "The contact that stands for this one, where two are one person",
        refers=Reference("contacts", "SAME_AS"),
        derived=True,
    )
    new_face: YesNo = field("Nobody's contact: known by a mail address in engagements only", derived=True)


class Employment(LoadedRecord):
    """One stretch of a person's time at one account; needed where a person changed the employer."""

    table: ClassVar[str] = "employments"
    label: ClassVar[str] = "Employment"
    link: ClassVar[Link | None] = Link("WORKS_AT", "contact_id", "account_id")

    employment_id: Text = field("Contact, account and start in one text", key=True)
    contact_id: Text = field("The person", required=True, refers=Reference("contacts"), resolved=True)
    account_id: Text = field("The employer", required=True, refers=Reference("accounts"), resolved=True)
    title: Text = field("Job title there")
    from_on: Day = field("First day, empty = always so far")
    to_on: Day = field("Last day, empty = still")
    worked_out: YesNo = field("Worked out from a replaced employer, not stated by a file", derived=True)


class Content(LoadedRecord):
    """One piece of content that people read, watch or attend."""

    table: ClassVar[str] = "content"
    label: ClassVar[str] = "Content"
    free_columns: ClassVar[bool] = True

    content_id: Text = field("The piece's id", key=True)
    title: Text = field("Title")
    kind: Category = field("Kind: article, webinar, application note, form, ...")
    topic: Words = field("Needs it is about, as the source states", refers=Reference("needs", "COVERS"))
    therapeutic_area: Category = field("Therapeutic area, in the product's words")
    modality: Category = field("Modality, in the product's words")
    phase: Category = field("Phase, in the product's words")
    persona: Category = field("Persona it is written for")
    stage: Category = field("Funnel stage: top, middle or bottom")
    url: Text = field("Address")
    substance: Number = field("Weight of data and methods against promotion, 0 to 1", low=0, high=1)
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")
    tagged_topic: Words = field("Topic by the lexicon where the source states none", derived=True)
    tagged_stage: Category = field("Stage by the lexicon where the source states none", derived=True)
    tag_confidence: Number = field("Confidence of the lexicon's tags, 0 to 1", derived=True)


class Campaign(LoadedRecord):
    """What the seller runs; other systems call it a program."""

    table: ClassVar[str] = "campaigns"
    label: ClassVar[str] = "Campaign"
    free_columns: ClassVar[bool] = True

    campaign_id: Text = field("The campaign's id", key=True)
    name: Text = field("Name")
    channel: Category = field("Channel")
    program_id: Text = field("The customer's program it is aimed at", refers=Reference("programs", "AIMED_AT"))
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class Engagement(LoadedRecord):
    """One person touched one piece of content at one moment."""

    table: ClassVar[str] = "engagements"
    label: ClassVar[str] = "Engagement"

    engagement_id: Text = field("The engagement's id", key=True)
    occurred_at: Instant = field("When; for a day without a time its first millisecond", required=True, indexed=True)
    occurred_until: Instant = field("Last millisecond it can have happened at; equals occurred_at when exact")
    contact_id: Category = field("Who", refers=Reference("contacts", "MADE", reverse=True), resolved=True, indexed=True)
    email: Category = field("Mail address of who, where no contact is named")
    account_id: Category = field(
        "Account, where the source states one", refers=Reference("accounts"), resolved=True, indexed=True
    )
    content_id: Category = field("What", refers=Reference("content", "WITH"), indexed=True)
    campaign_id: Category = field("Campaign", refers=Reference("campaigns", "PART_OF"))
    channel: Category = field("Channel: web, email, event, ad, ...")
    kind: Category = field("Kind: click, open, form, meeting, demo request, attended, ...")
    program_id: Category = field("The customer's program, as stated on a form", refers=Reference("programs"))
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class Signal(LoadedRecord):
    """Something that happened to an account or a program in public, with its source and date."""

    table: ClassVar[str] = "signals"
    label: ClassVar[str] = "Signal"
    free_columns: ClassVar[bool] = True

    signal_id: Text = field("The signal's id", key=True)
    kind: Category = field("Kind: funding_round, trial_registered, ...", required=True)
    occurred_on: Day = field("When, in the precision known", required=True)
    source: Text = field("Who reported it", required=True)
    account_id: Text = field("The account", refers=Reference("accounts", "CONCERNS"), resolved=True)
    account_name: Text = field("The account's name, where no id is known")
    program_id: Text = field("The program", refers=Reference("programs", "CONCERNS"))
    amount_usd: Number = field("Amount, US dollars")
    title: Text = field("What happened, in one line")
    url: Text = field("Where it can be read")
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class Opportunity(LoadedRecord):
    """A deal, open or closed."""

    table: ClassVar[str] = "opportunities"
    label: ClassVar[str] = "Opportunity"
    free_columns: ClassVar[bool] = True

    opportunity_id: Text = field("The opportunity's id", key=True)
    account_id: Text = field("The account", refers=Reference("accounts", "HELD_WITH"), resolved=True)
    program_id: Text = field("The customer's program", refers=Reference("programs", "FOR_PROGRAM"))
    name: Text = field("Name")
    stage: Category = field("Stage, in the source's words")
    is_won: YesNo = field("Won, lost, or empty while open")
    amount_usd: Number = field("Amount, US dollars")
    opened_on: Day = field("Opened")
    closed_on: Day = field("Closed")
    loss_reason: Text = field("Why it was lost")
    owner: Category = field("Who owns it")
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class OpportunityRole(LoadedRecord):
    """A person named on a deal, and as what."""

    table: ClassVar[str] = "opportunity_roles"
    label: ClassVar[str] = "OpportunityRole"
    link: ClassVar[Link | None] = Link("NAMED_ON", "contact_id", "opportunity_id")

    opportunity_id: Text = field("The deal", key=True, refers=Reference("opportunities"))
    contact_id: Text = field("The person", key=True, refers=Reference("contacts"), resolved=True)
    role: Text = field("Role, in the source's words")
    deleted: YesNo = field("The source marks the record as deleted: it is set aside")


class Alias(LoadedRecord):
    """An id that a source has merged into another: whoever names the old one means the kept one."""

    table: ClassVar[str] = "aliases"
    label: ClassVar[str] = "Alias"

    alias_id: Text = field("Table and old id in one text: contacts|hubspot:501", key=True)
    record_table: Category = field("Table both ids belong to", required=True)
    old_id: Text = field("The id that is no more", required=True)
    kept_id: Text = field("The id that stands for both", required=True)


LOADED: tuple[type[Record], ...] = (
    Account,
    Program,
    Contact,
    Employment,
    Content,
    Campaign,
    Engagement,
    Signal,
    Opportunity,
    OpportunityRole,
    Alias,
)
