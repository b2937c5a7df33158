"""The shipped word lists at work: what a person is by title, what content is about, and what the loaders ask of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.companies import CompanyWords, company_words
from committee.identity.content_tags import (
    Vocabulary,
    area_of_conditions,
    modality_of_interventions,
    normalise_term,
    tag_content,
    vocabulary_from,
)
from committee.identity.mail import MailWords, mail_words
from committee.identity.people import PeopleWords, people_words
from committee.identity.titles import lexicon_from, map_personas
from committee.records.columns import whole
from committee.records.computed import ContentTag, PersonaFinding
from committee.records.tables import typed_table
from committee.settings import word_list

__all__ = [
    "LoaderWords",
    "company_lists",
    "families",
    "loader_words",
    "mail_lists",
    "people_lists",
    "personas_of",
    "tags_of",
]

_TAGGED = ("topic", "therapeutic_area", "modality", "phase", "stage")


def families() -> Mapping[str, str]:
    """Return the function family of each persona."""
    personas = word_list("personas")["personas"]
    return {persona: facts["family"] for persona, facts in personas.items() if "family" in facts}


def personas_of(contacts: pa.Table) -> pa.Table:
    """Map each contact to a persona; the Findings table personas."""
    title, department, seniority, stated = (
        contacts.column(name) for name in ("title", "department", "seniority", "persona")
    )
    found = map_personas(title, department, seniority, stated, lexicon_from(word_list("personas")))
    columns = {name: pa.array(found[name], from_pandas=True) for name in found.columns}
    return typed_table(PersonaFinding, {"contact_id": contacts.column("contact_id"), **columns})


def tags_of(content: pa.Table) -> pa.Table:
    """Tag each piece: as its source states, and by the lexicon where that says nothing; the Findings table content_tags."""
    vocabulary = vocabulary_from(word_list("vocabulary"))
    title, kind, url = (content.column(name).to_pylist() for name in ("title", "kind", "url"))
    found = tag_content(title, kind, url, vocabulary)
    columns = {}
    for name in _TAGGED:
        stated = whole(content.column(name))
        guessed = pa.array(found[name].tolist(), stated.type)
        columns[name] = pc.if_else(pc.is_valid(stated), stated, guessed)
    confidence = pa.array(found["confidence"].tolist(), pa.float64(), from_pandas=True)
    columns["confidence"] = pc.if_else(pc.is_valid(whole(content.column("topic"))), 1.0, confidence)
    columns["matched"] = pa.array(found["matched"].tolist(), pa.string())
    return typed_table(ContentTag, {"content_id": content.column("content_id"), **columns})


def company_lists() -> CompanyWords:
    """Return what is known about names of companies."""
    return company_words(word_list("companies"))


def people_lists() -> PeopleWords:
    """Return what is known about names of people."""
    return people_words(word_list("people"))


def mail_lists() -> MailWords:
    """Return which mail hosts and addresses are nobody's own."""
    return mail_words(word_list("companies"), word_list("people"))


@dataclass(frozen=True)
class LoaderWords:
    """The vocabulary as the loaders ask it."""

    vocabulary: Vocabulary

    def area(self, conditions: Sequence[str]) -> str | None:
        """Return the therapeutic area of diseases as a source names them."""
        return area_of_conditions(list(conditions), self.vocabulary)

    def modality(self, interventions: Sequence[tuple[str, str]]) -> str | None:
        """Return the modality of interventions, each a type and a name."""
        return modality_of_interventions(list(interventions), self.vocabulary)

    def normalise(self, field: str, value: str) -> str | None:
        """Return the product's word for a value of a field; None when there is none."""
        return normalise_term(field, value, self.vocabulary)


def loader_words() -> LoaderWords:
    """Return the shipped vocabulary for the loaders."""
    return LoaderWords(vocabulary_from(word_list("vocabulary")))
