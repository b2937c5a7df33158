"""What content and trials are about: need, therapeutic area, modality, phase and funnel stage, by an editable vocabulary. Pure."""

from committee.identity.content_tags.registry import area_of_conditions, modality_of_interventions
from committee.identity.content_tags.tagging import tag_content
from committee.identity.content_tags.terms import normalise_term
from committee.identity.content_tags.vocabulary import Vocabulary, vocabulary_from

__all__ = [
    "Vocabulary",
    "area_of_conditions",
    "modality_of_interventions",
    "normalise_term",
    "tag_content",
    "vocabulary_from",
]
