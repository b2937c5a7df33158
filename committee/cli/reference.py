"""The reference page, made from the code: commands, settings, questions, records. Nothing in it is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import click

from committee.cli import CONTENTS, committee
from committee.cli.starting import settings_files
from committee.cypher.catalog import Parameter, questions
from committee.records import BOOKKEEPING, COMPUTED, LOADED, PROVENANCE, FieldSpec, Record, fields_of

__all__ = ["reference"]

_WIDTH = 100  # of the help texts, whatever terminal the page is made on


def reference() -> str:
    """Return the page as Markdown; the same code gives the same bytes."""
    parts = ["# Reference\n\nMade by `make docs` from the code; a test fails when it is stale.\n"]
    for title, made in (
        ("Commands", _commands()),
        ("Settings", _settings()),
        ("Questions", _questions()),
        ("Records", _records()),
    ):
        parts.append(f"\n## {title}\n")
        parts.extend(made)
    return "".join(parts)


def _commands() -> Iterator[str]:
    root = click.Context(committee, info_name="committee")
    for section, names in CONTENTS.items():
        yield f"\n### {section}\n"
        for name in names:
            command = committee.get_command(root, name)
            if command is not None:
                yield from _command(command, root, name)


def _command(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"\n#### {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group) and name != "ask":  # the questions have their own chapter
        for inner_name in command.list_commands(context):
            inner = command.get_command(context, inner_name)
            if inner is not None:
                yield from _command(inner, context, inner_name)


def _settings() -> Iterator[str]:
    yield "\nIn `committee.toml` (`committee init` writes one), as `COMMITTEE_SECTION__KEY` in the environment, or by `--set section.key=value`. The word lists of titles and vocabularies are sections too, under the name of their file in `committee/defaults/`: `[vocabulary.needs.sequencing]`, `[personas.words]`.\n"
    for text in settings_files().values():
        yield f"\n```toml\n{text.strip()}\n```\n"


def _questions() -> Iterator[str]:
    yield "\n`committee ask NAME` asks one; `--cypher` prints its text. Parameters are options.\n"
    listed = sorted(questions().values(), key=lambda one: (one.audience, one.name))
    for audience, asked in groupby(listed, key=lambda one: one.audience):
        yield f"\n### {audience[:1].upper()}{audience[1:]}\n"
        for one in asked:
            yield f"\n#### {one.name}\n\n{one.asks} One row is {one.grain}."
            yield " There is a picture form.\n" if one.picture else "\n"
            yield f"\n- returns {', '.join(one.returns)}\n"
            yield from (f"- {_parameter(parameter)}\n" for parameter in one.params)
            yield "- on trial: its columns may still change\n" if one.maturity == "trial" else ""


def _parameter(parameter: Parameter) -> str:
    given = (
        "required"
        if parameter.required
        else f"by itself `{parameter.default}`"
        if parameter.default
        else "by itself empty"
    )
    return f"`{parameter.name}` ({parameter.kind}, {given}): {parameter.meaning}"


def _records() -> Iterator[str]:
    for title, records in (("Loaded", LOADED), ("Computed", COMPUTED), ("Kept about the work", BOOKKEEPING)):
        yield f"\n### {title}\n"
        for record in records:
            yield from _record(record)
    yield "\n### Where a loaded row came from\n\nThese columns stand behind those of every loaded table.\n\n"
    yield _table(PROVENANCE)


def _record(record: type[Record]) -> Iterator[str]:
    graph = (
        f"node `{record.label}`"
        if record.label
        else f"relationship `{record.link.relationship}`"
        if record.link
        else ""
    )
    graph = graph or ("columns of many rows in one node" if record.bulk else "not in the graph")
    yield f"\n#### {record.table}\n\n{(record.__doc__ or '').strip().splitlines()[0]} In the graph: {graph}.\n\n"
    yield _table(fields_of(record))


def _table(specs: tuple[FieldSpec, ...]) -> str:
    lines = ["| column | kind | meaning | refers to |", "| --- | --- | --- | --- |"]
    for spec in specs:
        mark = " (key)" if spec.key else " (must be there)" if spec.required else ""
        target = f"{spec.reference.table}{_arrow(spec)}" if spec.reference else ""
        lines.append(
            f"| `{spec.name}`{mark} | {spec.kind.name.replace('_', ' or ')} | {spec.meaning.replace('|', chr(92) + '|')} | {target} |"
        )
    return "\n".join(lines) + "\n"


def _arrow(spec: FieldSpec) -> str:
    return f", `{spec.reference.relationship}`" if spec.reference and spec.reference.relationship else ""
