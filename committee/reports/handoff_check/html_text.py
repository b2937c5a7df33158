"""HTML as pieces: the text of each block, the words behind the mouse, the strokes of a picture. What a browser changes when it saves a page says nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from committee.reports.handoff_check.units import NOTE, Page, Unit, words_of

__all__ = ["read_html"]

_INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "code",
    "em",
    "i",
    "mark",
    "q",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "wbr",
}
_SAYS = ("title", "aria-label", "alt")  # attributes that are read
_BROWSER_TAGS = {"html", "head", "body", "link", "base"}  # what a browser writes anew
_ALWAYS = {"script", "iframe", "object", "embed", "img", "input"}  # never in a brief, whatever they hold
_BROWSER_META = {"viewport", "referrer", "generator", "color-scheme", "theme-color"}
_IGNORED = {"xmlns", "xmlns:xlink", "xml:space"}  # attributes a browser adds


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.units: list[Unit] = []
        self.ended = False
        self._text: list[tuple[str, int]] = []
        self._sheet = False
        self._block = "text"
        self._number = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in _INLINE or tag == "style":
            self.flush(tag)
        self._sheet = tag == "style"
        said = {name: value or "" for name, value in attrs if name not in _IGNORED}
        self._number = said.get("data-line", self._number)
        if tag == "meta":
            if said.get("name") and said["name"] not in _BROWSER_META:
                self._add(said.get("content", ""), line, f"@{said['name']}")
        elif tag not in _BROWSER_TAGS:
            for name in _SAYS:
                if name in said:
                    self._add(said.pop(name), line, f"@{name}")
            told = [f"{name}={_target(said[name]) if name == 'href' else said[name]}" for name in sorted(said)]
            if told or tag in _ALWAYS:
                self._add(" ".join([tag, *told]), line, f"<{tag}>", markup=True)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.flush("text")
        self._sheet = False
        self.ended = self.ended or tag == "html"

    def handle_data(self, data: str) -> None:
        line = self.getpos()[0]
        self._text.append((data, line))

    def flush(self, block: str) -> None:
        """End the block at hand."""
        words: list[tuple[str, int]] = []
        glued = False
        for data, line in self._text:
            found = list(words_of(data, line))
            if found and glued and not data[0].isspace():
                first, _ = found.pop(0)
                words[-1] = (words[-1][0] + first, words[-1][1])
            words += found
            glued = bool(words) and not data[-1:].isspace() if data else glued
        if words:
            note = not self._sheet and " ".join(word for word, _ in words).lower().startswith(NOTE)
            self.units.append(
                Unit(
                    tuple(words),
                    "<style>" if self._sheet else self._block,
                    markup=self._sheet,
                    note=note,
                    number=self._number,
                )
            )
        self._text.clear()
        self._block = block

    def _add(self, text: str, line: int, place: str, markup: bool = False) -> None:
        self.units.append(Unit(words_of(text, line), place, markup=markup, line_if_empty=line))


def read_html(text: str) -> Page:
    """Read a page; attributes in another order, entities, line ends and a browser's own marks give the same pieces."""
    reader = _Reader()
    reader.feed(re.sub(r"<!--.*?-->", lambda found: re.sub(r"[^\n]", "", found[0]), text, flags=re.DOTALL))
    reader.close()
    reader.flush("text")
    return Page("html", tuple(reader.units), reader.ended, text.count("\n") + 1)


def _target(address: str) -> str:
    """The part of an address that leads to a place of the page; a browser puts the file before it."""
    return address.rpartition("#")[2] if "#" in address else address
