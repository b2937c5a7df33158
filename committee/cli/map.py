"""Map: the picture of an account or a group, and its network for other tools."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from committee.cli.options import moment_options, run_option, settings_from, settings_options, store_option, to_copy

if TYPE_CHECKING:
    from committee.cli.naming import Named
    from committee.cli.sight import Sight
    from committee.findings import Findings
    from committee.market import Market

__all__ = ["map_command"]

_FORMS = ("html", "graphml", "gexf", "json", "csv")


@click.command("map", epilog=to_copy("committee map AstraZeneca --out map.html --store market-store"))
@click.argument("name", metavar="ACCOUNT|GROUP")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    help="Form of the map; the ending of --out decides by itself, else html.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Into this file instead of stdout."
)
@store_option
@run_option
@moment_options
@settings_options
def map_command(
    name: str,
    form: str | None,
    out: Path | None,
    address: str | None,
    run_id: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """A picture without Neo4j: people around their groups, programs, shared content, month by month, on one page.

    ACCOUNT|GROUP is an id or its beginning (4 characters or more), account:ID, group:ID, or a part of a name; an account
    called so goes before its groups. The page needs no network and no script. GraphML, GEXF, JSON (node-link) and CSV
    (edges) hold the whole network for other tools; people who must not be contacted are marked, and nameless.
    """
    from committee.cli.output import show_page, write_page
    from committee.cli.sight import looking

    form = form or _form_of(out)
    settings = settings_from(settings_file, overrides)
    with looking(address, settings, as_of, known_at, run_id) as sight:
        named = _meant(sight, name)
        text = _written(named, form, *sight.facts([named.account_id or named.id]), sight.loads_since_run())
    if out is None:
        show_page(text)
    else:
        write_page(out, text)


def _form_of(out: Path | None) -> str:
    ending = out.suffix.removeprefix(".").lower() if out else "html"
    if ending not in _FORMS:
        raise click.UsageError(f"--out {out} ends in none of {', '.join(_FORMS)}: add --format")
    return ending


def _meant(sight: Sight, name: str) -> Named:
    from committee.errors import AmbiguousName, NotFound

    try:
        return sight.find(name, "account", "group")
    except AmbiguousName as several:
        try:
            return sight.find(name, "account")
        except NotFound:
            raise several from None


def _written(named: Named, form: str, market: Market, findings: Findings, loads_since_run: int) -> str:
    account_id, group_id = (named.account_id, named.id) if named.kind == "group" else (named.id, None)
    if form == "html":
        from committee.reports.picture import map_page

        return map_page(account_id, market, findings, group_id, loads_since_run)
    from committee.assistant.withheld import Withheld
    from committee.exports import network as exports

    keep = Withheld(market.contacts)
    market, findings = keep.market(market), keep.findings(findings)
    drawn = exports.network(market, findings, account_id, group_id)
    if form == "csv":
        from committee.reports.rendering import as_csv

        return as_csv(exports.EDGE_COLUMNS, exports.edge_rows(drawn))
    return {"graphml": exports.as_graphml, "gexf": exports.as_gexf, "json": exports.as_node_link}[form](drawn)
