"""Same person: contacts under several ids; candidates with a score and its reasons, never joined by a name alone."""

from committee.identity.people.matching import certain_people, people_to_review
from committee.identity.people.names import PersonName, likeness, read_person
from committee.identity.people.words import PeopleWords, people_words

__all__ = ["PeopleWords", "PersonName", "certain_people", "likeness", "people_to_review", "people_words", "read_person"]
