"""Job titles to personas: cleaning, finding listed words, deciding. Pure: the lexicon is handed in."""

from committee.identity.titles.building import lexicon_from
from committee.identity.titles.checking import check_lexicon, explain_title
from committee.identity.titles.deciding import PERSONAS
from committee.identity.titles.lexicon import Lexicon
from committee.identity.titles.mapping import map_personas

__all__ = ["PERSONAS", "Lexicon", "check_lexicon", "explain_title", "lexicon_from", "map_personas"]
