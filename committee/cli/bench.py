"""Bench: how well groups are found, on made markets whose groups are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from committee.cli.options import format_option, settings_from, settings_options

__all__ = ["bench_command"]


class _Listed(click.ParamType[tuple[str, ...]]):
    """Words with commas between them."""

    name = "a,b,c"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return value if isinstance(value, tuple) else tuple(word.strip() for word in value.split(",") if word.strip())


class _Numbers(_Listed):
    """Whole numbers with commas between them."""

    name = "1,2"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        words = super().convert(value, param, ctx)
        if not words or not all(word.isdigit() for word in words):
            self.fail(f"{value!r} are no numbers; write 1,2,3", param, ctx)
        return words


@click.command("bench", epilog="committee bench --worlds plain,realistic --detectors topic_gap,leiden")
@click.option("--worlds", type=_Listed(), default=(), help="Made markets; a selection of both families by itself.")
@click.option("--accounts", type=click.IntRange(1), metavar="N", help="Accounts of each made market.")
@click.option(
    "--seeds", type=_Numbers(), default=("1",), show_default="1", help="One market a seed; figures are means."
)
@click.option("--detectors", type=_Listed(), default=(), help="Only these; all by itself.")
@click.option(
    "--world",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="A market with its truth in FOLDER/truth instead; repeatable.",
)
@click.option("--weeks", type=click.IntRange(0), metavar="N", help="Weeks replayed for the delay; 0 = no delay.")
@click.option("--ranking", "table", flag_value="ranking", help="How well scores rank the accounts, instead.")
@click.option(
    "--stated", "table", flag_value="stated", help="How many of those given a probability are members, instead."
)
@click.option("--chance", "table", flag_value="chance", help="What is reported where nobody buys together, instead.")
@click.option(
    "--ablation", "table", flag_value="ablation", help="One detector with one part left out at a time, instead."
)
@click.option("--luck", "table", flag_value="luck", help="Groups made by luck, expected and found, instead.")
@click.option("--evidence", "table", flag_value="evidence", help="One sort of evidence left out at a time, instead.")
@click.option("--questions", "table", flag_value="questions", help="The first question against a drawn one, instead.")
@click.option(
    "--markdown-out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all tables into this page, in the place of those that are there.",
)
@settings_options
@format_option()
def bench_command(
    worlds: tuple[str, ...],
    accounts: int | None,
    seeds: tuple[str, ...],
    detectors: tuple[str, ...],
    folders: tuple[Path, ...],
    weeks: int | None,
    table: str | None,
    markdown_out: Path | None,
    settings_file: str | None,
    overrides: tuple[str, ...],
    form: str,
) -> None:
    """Compare detectors on markets whose buying groups are known, because they were planted.

    One row a market and detector: extended BCubed F1, F1 of whole groups, and of groups with the right program; false
    groups an account; shares of groups merged and split; median days from a group's beginning to its first report;
    seconds of the detector alone. Markets are written as files and read like anybody's.
    """
    from committee.benchmark.detectors import DETECTORS, named_detectors, numbers
    from committee.benchmark.detectors.page import answer_of, detection_part, with_part
    from committee.benchmark.detectors.run import TABLES, Plan, tables_of
    from committee.cli.output import say, show, write_page
    from committee.cli.terminal import progress

    chosen = named_detectors(detectors)
    for name, one in DETECTORS.items():
        if not detectors and not one.installed:
            say(f"{name} is left out: it needs {one.package}. Install it with: pip install 'buying-committee[bench]'")
    usual = numbers()
    plan = Plan(
        chosen,
        settings_from(settings_file, overrides),
        worlds or (() if folders else tuple(usual["worlds"]["names"])),
        folders,
        accounts,
        None if accounts or worlds else usual["worlds"]["accounts"],
        [int(seed) for seed in seeds],
        usual["delay"]["weeks"] if weeks is None else weeks,
    )
    wanted = table or "groups"
    with progress() as bars:
        found = tables_of(plan, TABLES if markdown_out else (wanted,), bars)
    show(answer_of(wanted, found[wanted]), form)
    if markdown_out:
        there = markdown_out.read_text(encoding="utf-8") if markdown_out.exists() else ""
        part = detection_part(found, {one.name: one.summary for one in chosen}, _command_line(markdown_out))
        write_page(markdown_out, with_part(there, part))


def _command_line(page: Path) -> str:
    """The command as it was given, without where things lie on this machine."""
    given = click.get_current_context().params
    spoken = [f"--{name} {','.join(given[name])}" for name in ("worlds", "detectors") if given[name]]
    spoken += [f"--world {folder.name}" for folder in given["folders"]]
    spoken += [f"--{name} {given[name]}" for name in ("accounts", "weeks") if given[name] is not None]
    spoken += [f"--seeds {','.join(given['seeds'])}"] if given["seeds"] != ("1",) else []
    spoken += [f"--set {override}" for override in given["overrides"]]
    return " ".join(["committee bench", *spoken, f"--markdown-out docs/{page.name}"])
