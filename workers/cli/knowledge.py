"""What Dateline knows: `explain` an article, look into the `gazetteer`, print the `settings`."""

import typer

from workers.cli.options import Json


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(settings)


def settings(*, as_json: Json = False) -> None:
    """Print every setting that is in force, passwords hidden."""
    from config.settings import current
    from workers.cli.output import print_json, print_pairs

    values = current().model_dump(mode="json")
    if as_json:
        print_json(values)
        return
    print_pairs(values)
