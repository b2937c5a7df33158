"""Personas: what job titles stand for, and whether the word lists make sense."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.options import format_option, settings_from, settings_options, store_option, to_copy

__all__ = ["personas_command"]


@click.group("personas", epilog=to_copy("committee personas map contacts.csv --explain"))
def personas_command() -> None:
    """Which persona a job title stands for, and why."""


@personas_command.command("map", epilog=to_copy("committee personas map contacts.csv --explain"))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--explain", is_flag=True, help="With the words that decided, the rule and the runner-up.")
@settings_options
@format_option()
def map_command(file: Path, explain: bool, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
    """Map the job titles of a file.

    FILE is a CSV with the column title (department, seniority and persona are used where they are there), or plain
    text with one title a line; - reads from standard input.
    """
    from committee.cli.output import show
    from committee.cli.titles import mapped_rows

    settings_from(settings_file, overrides)  # the word lists in force
    show(mapped_rows(file, explain), form)


@personas_command.command("check", epilog=to_copy("committee personas check"))
@settings_options
@format_option()
def check_command(settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
    """List the personas with their families and seats, and say what is odd about the word lists."""
    from committee.cli.output import say, show
    from committee.cli.titles import persona_rows, remarks

    show(persona_rows(settings_from(settings_file, overrides)), form)
    for remark in remarks():
        say(remark)


@personas_command.command("unmapped", epilog=to_copy("committee personas unmapped --store market-store"))
@store_option
@settings_options
@format_option()
def unmapped_command(address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
    """List the job titles that stand for no persona, by the engagement they cost.

    People with such a title are in groups, but raise no flag and fill no seat.
    """
    from committee.cli.opening import opened
    from committee.cli.output import show
    from committee.cli.terminal import progress
    from committee.pipeline.reviewing import titles_unmapped
    from committee.reports.who_is_who import unmapped_rows

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store, progress() as bars:
        ranked, counted = titles_unmapped(store, bars)
    show(unmapped_rows(ranked, counted), form)
