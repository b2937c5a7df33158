"""The options that many commands share, each said once, and the kinds of value they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from committee.errors import BadFile

if TYPE_CHECKING:
    from committee.settings import Settings

__all__ = [
    "FORMATS",
    "MOMENT",
    "PUBLISHED",
    "SPAN",
    "as_of_option",
    "fit_option",
    "format_option",
    "known_at_option",
    "moment_options",
    "named_parameter",
    "reading_options",
    "run_option",
    "settings_from",
    "settings_options",
    "store_option",
    "there",
    "to_copy",
]

FORMATS = ("table", "csv", "json", "md")
PUBLISHED = ("ajo", "ajo_completeness", "influ2", "demandbase")  # scores of other systems; see defaults/formulas.toml
F = TypeVar("F", bound=Callable[..., Any])


class _Moment(click.ParamType[datetime]):
    """A moment, or a date: the end of that day, UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from committee.records.parsing import moment

        if isinstance(value, datetime):
            return value
        try:
            return moment(value)
        except ValueError as error:
            self.fail(f"{str(error).partition(': ')[2]}; write 2026-06-30, or 2026-06-30T09:00:00Z", param, ctx)


MOMENT = _Moment()


class _Span(click.ParamType[float]):
    """A number of days: 90d, or 90."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)\s*d?", str(value).strip())
        if match is None or not float(match[1]):
            self.fail(f"{value!r} is no number of days; write 90d", param, ctx)
        return float(match[1])


SPAN = _Span()


def there(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the paths; one that is not there is refused before anything is begun."""
    for path in paths:
        if not path.exists():
            raise BadFile(f"{path} is not there", "Check the path")
    return paths


def store_option(command: F) -> F:
    """Add --store."""
    meaning = "The graph: a folder (embedded engine) or an address such as bolt://localhost:7687; committee-store here by itself."
    return click.option(
        "--store", "address", metavar="FOLDER|URI", envvar="COMMITTEE_STORE", show_envvar=True, help=meaning
    )(command)


def settings_options(command: F) -> F:
    """Add --settings and --set; `settings_from` makes one value of them."""
    file = click.option(
        "--settings", "settings_file", metavar="FILE", help="Settings file; committee.toml of this folder by itself."
    )
    single = click.option(
        "--set", "overrides", metavar="SECTION.KEY=VALUE", multiple=True, help="One setting for this run; repeatable."
    )
    return file(single(command))


def settings_from(settings_file: str | None = None, overrides: tuple[str, ...] = (), **reading: str | None) -> Settings:
    """Read the settings in force, ``reading`` being options that stand for settings of the section load."""
    from committee.settings import Settings

    spoken = [f"load.{name}={value}" for name, value in reading.items() if value is not None]
    settings = Settings.read(settings_file, [*overrides, *spoken])
    command = click.get_current_context(silent=True)
    if command is not None:  # a user's word lists and sizes hold until the command ends
        command.with_resource(settings.in_force())
    return settings


def format_option(*further: str, default: str = "table") -> Callable[[F], F]:
    """Add --format; ``further`` are forms that only this command has."""
    forms = [*dict.fromkeys((*FORMATS, *further))]
    return click.option(
        "--format", "form", type=click.Choice(forms), default=default, show_default=True, help="Form of the answer."
    )


def as_of_option(command: F) -> F:
    """Add --as-of."""
    meaning = "What happened until then, with today's knowledge. A date means the end of that day, UTC."
    return click.option("--as-of", type=MOMENT, metavar="TIME", help=meaning)(command)


def known_at_option(command: F) -> F:
    """Add --known-at."""
    meaning = "What had been loaded until then."
    return click.option("--known-at", type=MOMENT, metavar="TIME", help=meaning)(command)


def moment_options(command: F) -> F:
    """Add --as-of and --known-at."""
    return as_of_option(known_at_option(command))


def run_option(command: F) -> F:
    """Add --run."""
    return click.option("--run", "run_id", metavar="RUN", help="A kept run instead of the current one.")(command)


def fit_option(command: F) -> F:
    """Add --require-fit."""
    meaning = "Only accounts that fit, as the column routing.fit_column of the accounts says."
    return click.option("--require-fit", is_flag=True, help=meaning)(command)


def reading_options(command: F) -> F:
    """Add --timezone and --date-order."""
    zone = click.option("--timezone", metavar="ZONE", help="Zone of times that name none, such as Europe/Berlin.")
    order = click.option(
        "--date-order", type=click.Choice(["ymd", "mdy", "dmy"]), help="Order of dates such as 3/4/2026."
    )
    return zone(order(command))


def named_parameter(value: str) -> tuple[str, str]:
    """Split ``name=value``."""
    match = re.fullmatch(r"\s*(\w+)\s*=(.*)", value, re.DOTALL)
    if match is None:
        raise click.BadParameter(f"'{value}' is no parameter; write it as name=value")
    return match[1], match[2].strip()


def to_copy(line: str) -> str:
    """Return the end of a help text: a line to copy, which no terminal breaks."""
    return f"\b\n{line}"
