"""The main job: `run` on a private or shared Redis, `annotate` in this process."""

from typing import Annotated

import typer

from workers.cli.options import Json, Out, Paths, Workers

Fresh = Annotated[bool, typer.Option("--fresh", help="Forget earlier runs: a private Redis for this run alone.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(run)
    app.command()(annotate)


def run(paths: Paths, *, out: Out = None, workers: Workers = 1, fresh: Fresh = False, as_json: Json = False) -> None:
    """The whole job: start what is missing, feed, work until all is done, show events and ledger."""
    from config.log import set_up
    from config.settings import current
    from workers import run as job
    from workers.cli.output import finish, open_if_named, print_json, progress
    from workers.cli.tables import report
    from workers.equipment import Equipment
    from workers.files import find_files, read_items

    with job.fresh(current(), wanted=fresh) as settings:
        # To standard error, and only what is wrong: standard output belongs to the report.
        set_up(level="WARNING", form=settings.log_format)
        files = list(find_files(paths))
        items = read_items(files, limits=Equipment(settings).limits)
        with open_if_named(out) as file, progress("working", total=len(files)) as bar:
            done = job.run(items, settings=settings, workers=workers, out=file, tell=bar.update)
    if as_json:
        print_json({"fed": done.fed, "ledger": done.ledger, "closes": done.closes})
    else:
        report(done)
    finish(well=done.closes)


def annotate(paths: Paths, *, out: Out = None, workers: Workers = 1) -> None:
    """Read articles, write one JSON line each: text, entities, places, events. Needs no Redis."""
    from config.settings import current
    from workers.annotate import annotate as annotate_items
    from workers.cli.output import open_out, progress
    from workers.equipment import Equipment
    from workers.files import find_files, read_items

    settings = current()
    files = list(find_files(paths))
    items = read_items(files, limits=Equipment(settings).limits)
    with open_out(out) as file, progress("annotating", total=len(files)) as bar:
        for lines in annotate_items(items, settings=settings, workers=workers):
            file.writelines(line + b"\n" for line in lines)
            bar.advance(len(lines))
