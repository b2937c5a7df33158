"""Questions broken on purpose, one small slip at a time, as somebody who edits a file might."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from committee.cypher.reading import Token, tokens

_ENDS = {"WITH", "RETURN", "MATCH", "OPTIONAL", "ORDER", "UNION", "CALL", "UNWIND", "LIMIT"}
_OTHER = {"=": "<>", "<>": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def slips(text: str) -> Iterator[tuple[str, str]]:
    """Yield what was done and the text it leaves: each condition dropped, each arrow turned, each comparison and each
    literal changed, each sort turned."""
    pieces = list(tokens(text))
    yield from _conditions_dropped(pieces)
    yield from _arrows_turned(pieces)
    for place, token in enumerate(pieces):
        before = "".join(piece.text for piece in pieces[max(place - 2, 0) : place])
        if token.kind == "string" and len(token.text) > 2 and "Z" not in token.text:
            yield f"{token.text} changed", _with(pieces, place, place + 1, "'?'")
        elif token.kind == "word" and token.text.isdigit() and not before.endswith((".", "LIMIT ")):
            yield f"{token.text} changed", _with(pieces, place, place + 1, str(2 * int(token.text) + 1))
        elif token.kind == "word" and token.text == "DESC":
            yield "DESC dropped", _with(pieces, place, place + 1, "")
        elif token.kind == "other" and (found := _comparison(pieces, place)):
            yield f"{found} turned at {place}", _with(pieces, place, place + len(found), _OTHER[found])


def _with(pieces: Sequence[Token], start: int, end: int, text: str) -> str:
    return "".join([*(p.text for p in pieces[:start]), text, *(p.text for p in pieces[end:])])


def _comparison(pieces: Sequence[Token], place: int) -> str:
    texts = [piece.text for piece in pieces]
    if texts[place - 1] in (*"<>=-",) or texts[place + 1] == "-":
        return ""
    two = "".join(texts[place : place + 2])
    return two if two in _OTHER else texts[place] if texts[place] in _OTHER else ""


def _conditions_dropped(pieces: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each condition of each WHERE becomes true."""
    for place, token in enumerate(pieces):
        if token.kind != "word" or token.text != "WHERE":
            continue
        depth, start, at = 0, place + 1, place + 1
        while True:
            piece = pieces[at] if at < len(pieces) else Token("end", "")
            depth += (piece.text in "([{" and piece.kind == "other") - (piece.text in ")]}" and piece.kind == "other")
            word = piece.text if piece.kind == "word" and depth == 0 else ""
            done = depth < 0 or word in _ENDS or piece.kind == "end"
            if done or word == "AND":
                dropped = "".join(p.text for p in pieces[start:at]).strip()
                yield f"{' '.join(dropped.split())} dropped", _with(pieces, start, at, " true ")
                start = at + 1
            if done:
                break
            at += 1


def _arrows_turned(pieces: Sequence[Token]) -> Iterator[tuple[str, str]]:
    texts = [piece.text for piece in pieces]
    for place in range(len(texts) - 1):
        if texts[place : place + 2] == ["-", "["]:
            end = texts.index("]", place)
            inside = "".join(texts[place + 1 : end + 1])
            if texts[end + 1 : end + 3] == ["-", ">"]:
                yield f"{inside} turned", _with(pieces, place, end + 3, f"<-{inside}-")
            elif texts[place - 1] == "<":
                yield f"{inside} turned", _with(pieces, place - 1, end + 2, f"-{inside}->")
