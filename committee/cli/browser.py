"""Browser: Neo4j Browser dressed for this graph: style sheet, saved queries, a tour, the address to begin with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from committee.cli.options import settings_from, settings_options, store_option, to_copy
from committee.errors import CommitteeError, NotFound

if TYPE_CHECKING:
    from committee.cli.sight import Sight
    from committee.cypher.catalog import Question
    from committee.graph.store import Store
    from committee.reports.tour import Step

__all__ = ["browser_command"]

_HOW = (  # what is written, how the classic Browser takes it, how the new one does
    ("style.grass", "drop it onto the window, or :style ADDRESS", "Settings, Graph stylesheet, import"),
    ("favorites/", "drop a file onto the window, Save to favorites", "import saved-queries.csv instead"),
    ("saved-queries.csv", "drop the files of favorites/ instead", "Saved queries, import"),
    ("tour.html", ":play ADDRESS (needs --serve)", "paste the queries of tour.cypher one by one"),
    ("tour.cypher", "paste the queries one by one", "paste the queries one by one"),
)


@click.command("browser", epilog=to_copy("committee browser --out browser --store bolt://localhost:7687"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("browser"),
    show_default=True,
    metavar="FOLDER",
    help="Where the files go; files of these names there are written anew.",
)
@click.option(
    "--account", metavar="ACCOUNT", help="The account of the tour; by itself the one with the strongest flag."
)
@click.option("--web", metavar="URL", help="Where Browser is served; the server is asked, else port 7474 of its host.")
@click.option("--open", "opens", is_flag=True, help="Open Browser with the first query prepared.")
@click.option("--serve", is_flag=True, help="Serve style and tour on loopback for :style and :play, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of --serve; 0 takes a free one.")
@store_option
@settings_options
def browser_command(
    out: Path,
    account: str | None,
    web: str | None,
    opens: bool,
    serve: bool,
    port: int,
    address: str | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Dress Neo4j Browser: colours and captions, the questions as saved queries, a tour of one account of your own.

    Writes a style sheet, the saved queries as the classic Browser (one file each) and the new one (CSV) import them, and
    a tour that walks one account from its programs to a flag and its evidence; then prints how each is brought in and the
    address of Browser with the first query prepared: one click on Run draws it. The tour names people of that account.
    Colour and size tell the kind of a thing; a style sheet of Browser knows no more, so that the status of a group stands in
    its caption and the probability of a membership on its arrow, a click away. Questions of your own, in the folders of the setting ask.folders, are saved queries too.
    """
    from committee.cli.sight import looking
    from committee.cypher.catalog import known_questions

    settings = settings_from(settings_file, overrides)
    known = known_questions(map(Path, settings.ask.folders))
    with looking(address, settings) as sight:
        steps, files = _made(sight, account, known)
        place = _web_of(sight.store, web)
        first = _address_of(sight.store, place, steps) if place else ""
    _write(out, files)
    _tell(out, first)
    if opens and first:
        click.launch(first)
    if serve:
        _serve(files, place, port)


def _made(sight: Sight, account: str | None, known: Mapping[str, Question]) -> tuple[list[Step], dict[str, str]]:
    """The stops of the tour, and all files by name."""
    from committee.exports.neo4j_browser import favourites, saved_queries, style_sheet
    from committee.reports.tour import steps_of, subject_of, tour_page

    def rows(asked: Any, given: Any) -> Any:
        return sight.store.ask(asked, given).rows

    subject = subject_of(known, rows, sight.find(account, "account").id if account else None)
    steps = steps_of(subject, known, rows)
    listed = [f"// {number}. {step.title}\n{step.query};\n" for number, step in enumerate(steps, start=1)]
    files = {
        "style.grass": style_sheet(),
        "saved-queries.csv": saved_queries(known.values()),
        "tour.html": tour_page(subject, steps),
        "tour.cypher": "\n".join(listed),
    }
    return steps, files | {f"favorites/{name}": text for name, text in favourites(known.values()).items()}


def _web_of(store: Store, web: str | None) -> str:
    """Where Browser is served; empty for the embedded engine, which has none."""
    if web is not None:
        parts = urlsplit(web)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.UsageError(f"--web {web} is no address; write http://HOST:7474")
        return f"{parts.scheme}://{parts.netloc}"
    if store.address is None:
        return ""
    return f"http://{store.web_address() or f'{urlsplit(store.address).hostname}:7474'}"


def _address_of(store: Store, web: str, steps: list[Step]) -> str:
    from committee.exports.neo4j_browser import address

    if store.address is None:
        raise NotFound("the embedded engine has no Neo4j Browser", "Leave --web out, or name a server with --store")
    password = bool(os.environ.get("COMMITTEE_NEO4J_PASSWORD") or os.environ.get("NEO4J_PASSWORD"))
    database = os.environ.get("COMMITTEE_NEO4J_DATABASE") or "neo4j"
    return address(store.address, web, steps[0].query, database=database, password=password)


def _write(out: Path, files: dict[str, str]) -> None:
    from committee.errors import WriteFailed
    from committee.records.tables import write_atomically

    try:
        (out / "favorites").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(f"{out} cannot be written: {error.strerror}", "Choose another folder with --out") from None
    for name, text in files.items():
        write_atomically(out / name, text.encode())


def _tell(out: Path, first: str) -> None:
    from committee.cli.output import say, show

    rows = [{"file": str(out / name), "classic_browser": classic, "new_browser": new} for name, classic, new in _HOW]
    show(rows, "table", columns=("file", "classic_browser", "new_browser"))
    if first:
        click.echo(f"\nBegin here, then click on Run:\n{first}")
    else:
        say("The embedded engine has no Neo4j Browser: load into a Neo4j to look with it, or draw with ask --picture")


def _serve(files: dict[str, str], web: str, port: int) -> None:
    from committee.cli.serving import serving

    if not web:
        raise CommitteeError("the embedded engine has no Neo4j Browser to serve", "Name a server with --store")
    try:
        served = serving({name: files[name] for name in ("style.grass", "tour.html")}, web, port)
    except OSError:
        raise CommitteeError(f"port {port} is taken", "Choose another with --port, or leave it out") from None
    click.echo(
        f"\nIn Browser:\n:style {served.address}/style.grass\n:play {served.address}/tour.html\n\nCtrl-C ends it."
    )
    try:
        served.run()
    except KeyboardInterrupt:
        click.echo("Stopped", err=True)
