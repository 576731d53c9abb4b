"""What goes in: `feed`, `replay`, `sources`."""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.options import Json
from workers.cli.session import service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.records import WireItem
    from workers.cli.session import Service

Places = Annotated[list[str] | None, typer.Argument(metavar="PATH|URL...", help="Files, folders, feeds; - is stdin.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Stay and feed what is new.")]
Described = Annotated[Path | None, typer.Option("--sources", help="TOML file of a source, or folder of such files.")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the original bytes in the data folder, for `replay`.")]
Folder = Annotated[Path | None, typer.Argument(metavar="FOLDER", help="Kept originals; none is the data folder's.")]
Speed = Annotated[float, typer.Option("--speed", min=0, help="Times as fast as they came; 0 is without pauses.")]
Since = Annotated[dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day.")]
Until = Annotated[dt.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day.")]
Descriptions = Annotated[Path, typer.Argument(metavar="PATH", help="TOML file of a source, or folder of such files.")]

sources = typer.Typer(name="sources", help="Sources described in TOML files.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(feed)
    app.command()(replay)
    app.add_typer(sources)


def feed(places: Places = None, *, follow: Follow = False, described: Described = None, keep: Keep = False) -> None:
    """Put articles on the wire queue of a running pipeline; waits where the queue is full."""
    from workers import feeding

    if not places and described is None:
        raise typer.BadParameter("give a path, an address or --sources")
    with service() as part:
        items: Iterable[WireItem] = (
            feeding.for_long(places or [], described, settings=part.settings, stop=part.stop)
            if follow
            else feeding.once(places or [], described, settings=part.settings)
        )
        if keep:
            items = feeding.kept(items, settings=part.settings)
        print(f"{_push(items, part, at_once=follow)} accepted")


def replay(folder: Folder = None, *, speed: Speed = 1.0, since: Since = None, until: Until = None) -> None:
    """Feed kept originals again, with the pauses that were between them."""
    from workers import feeding
    from workers.sources import Originals, paced

    with service() as part:
        originals = Originals(folder or part.settings.data_dir / "originals")
        items = originals.read(since=since.date() if since else None, until=until.date() if until else None)
        again = paced(items, speed=speed, sleep=part.stop.wait, now=feeding.now)
        print(f"{_push(again, part, at_once=speed > 0)} accepted")


@sources.command("check")
def sources_check(described: Descriptions = Path("sources"), *, as_json: Json = False) -> None:
    """Look at every source once: whether it answers, can be read, and gives as much as expected."""
    from workers import feeding
    from workers.cli.output import finish, print_line
    from workers.cli.tables import check_line
    from workers.sources import Fetcher, check_sources, read_sources

    well = True
    for check in check_sources(read_sources(described), fetcher=Fetcher(), now=feeding.now):
        well = well and check.is_well
        if as_json:
            print_line(check)
        else:
            print(check_line(check))
    finish(well=well)


def _push(items: "Iterable[WireItem]", part: "Service", *, at_once: bool) -> int:
    """Put items on the queue, each by itself where they come at a pace of their own; how many."""
    from workers.cli.output import progress
    from workers.connection import connect
    from workers.queue import WireQueue

    with closing(connect(part.url)) as client, progress("feeding", total=None) as bar:
        queue = WireQueue(client, backlog_limit=part.settings.backlog_limit)
        queue.ensure()
        batches = ([item] for item in items) if at_once else (items,)
        accepted = 0
        for batch in batches:
            for count in queue.push(batch):
                accepted += count
                bar.advance(count)
    return accepted
