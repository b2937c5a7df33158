"""An assistant may ask: the product's answers as read-only tools."""

from committee.assistant.answers import Answers
from committee.assistant.server import serve

__all__ = ["Answers", "serve"]
