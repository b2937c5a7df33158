"""Look after the store: dump, restore, prune, counts."""

from __future__ import annotations

from pathlib import Path

import click

from committee.cli.options import format_option, settings_from, settings_options, store_option, there, to_copy

__all__ = ["store_command"]

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("store", epilog=to_copy("committee store dump --out backup --store market-store"))
def store_command() -> None:
    """Look after a store: dump, restore, prune, count."""


@store_command.command("dump", epilog=to_copy("committee store dump --out backup --store market-store"))
@click.option("--out", type=_FOLDER, required=True, metavar="FOLDER", help="A new or empty folder.")
@store_option
@settings_options
def dump(out: Path, address: str | None, settings_file: str | None, overrides: tuple[str, ...]) -> None:
    """Write all that the store holds, decisions too, into a folder."""
    from committee.cli.opening import opened
    from committee.cli.output import say
    from committee.cli.terminal import progress
    from committee.privacy import DUMP, noted

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store, progress() as bars:
        store.dump(out, bars)
        noted(store, [out], DUMP)
    say(f"Wrote {out}")


@store_command.command("restore", epilog=to_copy("committee store restore backup --store new-store"))
@click.argument("folder", type=_FOLDER)
@store_option
@settings_options
def restore(folder: Path, address: str | None, settings_file: str | None, overrides: tuple[str, ...]) -> None:
    """Read a dump into an empty store; also from an older version of the product."""
    from committee.cli.opening import opened
    from committee.cli.output import say
    from committee.cli.terminal import progress

    there((folder,))
    with opened(address, settings_from(settings_file, overrides)) as store, progress() as bars:
        store.restore(folder, bars)
    say(f"Restored {folder}")


@store_command.command("prune", epilog=to_copy("committee store prune --keep 5 --store market-store"))
@click.option(
    "--keep", type=click.IntRange(min=0), required=True, metavar="N", help="Newest runs to keep beside the current one."
)
@store_option
@settings_options
def prune(keep: int, address: str | None, settings_file: str | None, overrides: tuple[str, ...]) -> None:
    """Remove old runs; the current one always stays, and so do all decisions."""
    from committee.cli.opening import opened
    from committee.cli.output import say, sized

    settings = settings_from(settings_file, overrides)
    with opened(address, settings) as store:
        before = len(store.runs())
        store.prune(keep)
        after = len(store.runs())
    say(f"Removed {sized(before - after, 'run')}, {sized(after, 'run')} kept")


@store_command.command("counts", epilog=to_copy("committee store counts --store market-store"))
@store_option
@settings_options
@format_option()
def counts(address: str | None, settings_file: str | None, overrides: tuple[str, ...], form: str) -> None:
    """How many nodes of each label and relationships of each type there are."""
    from committee.cli.opening import opened
    from committee.cli.output import show

    settings = settings_from(settings_file, overrides)
    with opened(address, settings, read_only=True) as store:
        found = store.counts()
    show([{"what": what, "count": number} for what, number in sorted(found.items())], form, columns=("what", "count"))
