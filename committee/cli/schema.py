"""Schema: the model of the graph, printed, drawn, and compared with a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from committee.cli.options import FORMATS, settings_from, settings_options, store_option, to_copy
from committee.errors import CommitteeError

if TYPE_CHECKING:
    from committee.settings import Settings

__all__ = ["schema_command"]

_FORMS = (*FORMATS, "mermaid")
_COLUMNS = ("thing", "property", "kind", "rule", "meaning", "comes_from")


@click.command("schema", epilog=to_copy("committee schema --check --store market-store"))
@click.option(
    "--format", "form", type=click.Choice(_FORMS), default="table", show_default=True, help="Form of the answer."
)
@click.option("--check", is_flag=True, help="Compare a store with the model; 1 when they differ.")
@click.option(
    "--sample",
    type=click.IntRange(1, 10_000),
    default=200,
    show_default=True,
    help="Nodes of a label, and relationships of a type, that --check looks at.",
)
@store_option
@settings_options
def schema_command(
    form: str, check: bool, sample: int, address: str | None, settings_file: str | None, overrides: tuple[str, ...]
) -> None:
    """The model of the graph: nodes, relationships, properties, what is unique, what is indexed.

    md is the page with the diagram, mermaid the diagram alone. --check reads a store: labels, relationships and their
    ends, constraints, indexes, names and types of properties; each difference is a line.
    """
    if check:
        _check(address, settings_from(settings_file, overrides), sample)
        return
    from committee.cli.output import show, show_page
    from committee.reports.model import mermaid, model_page, model_rows

    if form in ("md", "mermaid"):
        show_page(model_page() if form == "md" else mermaid())
    else:
        show(model_rows(), form, columns=_COLUMNS)


def _check(address: str | None, settings: Settings, sample: int) -> None:
    from committee.cli.opening import opened
    from committee.cli.output import say, sized
    from committee.graph.live import shape_of
    from committee.graph.model import differences

    with opened(address, settings, read_only=True) as store:
        found = shape_of(store, min(sample, settings.store.row_limit))
    lines = differences(found)
    for line in lines:
        click.echo(line)
    if lines:
        raise CommitteeError(
            f"the store differs from the model in {sized(len(lines), 'place')}",
            "Dump it and restore it into a new store",
        )
    say(
        f"The store is as the model says: {sized(len(found.nodes), 'label')}, {sized(len(found.arrows), 'relationship')}"
    )
