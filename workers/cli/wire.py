"""What goes in: `feed`, `replay`, `sources`."""

from contextlib import closing

import typer

from workers.cli.options import Paths


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(feed)


def feed(paths: Paths) -> None:
    """Put articles on the wire queue of a running pipeline."""
    from config.settings import current
    from workers.cli.output import progress
    from workers.connection import connect
    from workers.embedded import redis_for
    from workers.files import find_files, read_item
    from workers.queue import WireQueue

    settings = current()
    files = list(find_files(paths))
    items = (read_item(path, max_bytes=settings.max_item_bytes) for path in files)
    with redis_for(settings) as url, closing(connect(url)) as client, progress("feeding", total=len(files)) as bar:
        queue = WireQueue(client, backlog_limit=settings.backlog_limit)
        queue.ensure()
        for count in queue.push(items):
            bar.advance(count)
    print(f"{len(files)} accepted")
