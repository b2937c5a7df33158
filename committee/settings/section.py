"""What all sections of the settings have in common: an unknown key is refused, and so are no finite number and no persona."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from committee.settings.lists import shipped

__all__ = ["AnyPersona", "Persona", "Section"]

_UNKNOWN = "unknown"  # somebody of no persona


class Section(BaseModel):
    """Some settings that belong together; immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _persona(word: str) -> str:
    known = list(shipped("personas")["personas"])
    if word not in known:
        raise ValueError(f"'{word}' is no persona; there are {', '.join(known)}")
    return word


Persona = Annotated[str, AfterValidator(_persona)]
AnyPersona = Annotated[str, AfterValidator(lambda word: word if word == _UNKNOWN else _persona(word))]
