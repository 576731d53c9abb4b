"""What Dateline knows: `explain` an article, look into the `gazetteer`, print the `settings`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from workers.cli.options import Json, Out

if TYPE_CHECKING:
    from tasks.geocode import Gazetteer

Dump = Annotated[Path | None, typer.Argument(metavar="DUMP", help="GeoNames dump: allCountries.zip, cities500.zip.")]
Folder = Annotated[Path | None, typer.Option("--out", help="Folder for the index; none is the data folder.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="An article in any format; - is stdin.")]
Html = Annotated[bool, typer.Option("--html", help="One page of HTML, the evidence coloured.")]
PlaceName = Annotated[str, typer.Argument(metavar="NAME", help="A name of a place, as written in a text.")]

gazetteer = typer.Typer(name="gazetteer", help="The places Dateline knows: build, info, lookup.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(explain)
    app.add_typer(gazetteer)
    app.command()(settings)


def explain(file: File, *, html: Html = False, out: Out = None) -> None:
    """Show an article with its events and the words each value comes from."""
    from config.log import set_up
    from config.settings import current
    from tasks.errors import ArticleError
    from tasks.records import Extraction
    from workers.cli.output import open_out, print_rich
    from workers.equipment import Equipment
    from workers.explain import render_html, render_terminal
    from workers.files import find_files, read_items
    from workers.inprocess import expand, process

    settings = current()
    set_up(level="WARNING", form=settings.log_format)
    tools = Equipment(settings)
    items = read_items(find_files([file]), limits=tools.limits)
    with open_out(out) as target:
        for parcel in process(list(expand(items, limits=tools.limits)), tools):
            if parcel.article is None:
                raise ArticleError(parcel.reason or "refused")
            told = (parcel.article, parcel.extraction or Extraction(), parcel.events)
            if html:
                target.write(render_html(*told).encode())
            else:
                print_rich(render_terminal(*told), target)


def settings(*, as_json: Json = False) -> None:
    """Print every setting that is in force, passwords hidden."""
    from config.settings import current
    from workers.cli.output import print_json, print_pairs

    values = current().model_dump(mode="json")
    if as_json:
        print_json(values)
        return
    print_pairs(values)


@gazetteer.command("build")
def gazetteer_build(dump: Dump = None, *, out: Folder = None) -> None:
    """Build the index of places: from what is installed, or from a GeoNames dump (allCountries.zip)."""
    from config.settings import current
    from tasks.geocode.build import Sources, build_from_dump, ensure_index

    settings = current()
    target = out or settings.data_dir / "gazetteer"
    if dump is None:
        print(ensure_index(target, user_places=settings.user_places))
        return
    target.mkdir(parents=True, exist_ok=True)
    file = target / f"{dump.stem}.index"
    build_from_dump(dump, file, sources=Sources(user_places=settings.user_places))
    print(f"{file}\nUse it: DATELINE_GAZETTEER={file}")


@gazetteer.command("info")
def gazetteer_info(*, as_json: Json = False) -> None:
    """Say which index is in use, and how many places and names it knows."""
    from workers.cli.output import print_json, print_pairs

    index = _gazetteer().index
    facts = {"source": index.source, "places": len(index), "names": index.n_names, "countries": len(index.countries)}
    (print_json if as_json else print_pairs)(facts)


@gazetteer.command("lookup")
def gazetteer_lookup(name: PlaceName, *, as_json: Json = False) -> None:
    """List the places a name may mean, the larger first; the score is the likeness of the names."""
    from workers.cli.output import print_line
    from workers.lookup import candidates

    for place in candidates(_gazetteer(), name):
        if as_json:
            print_line(place)
        else:
            print(f"{place.geonameid:>9}  {place.name}, {place.country}  {place.lat}, {place.lon}  ({place.score:.2f})")


def _gazetteer() -> "Gazetteer":
    from config.settings import current
    from workers.equipment import Equipment

    return cast("Gazetteer", Equipment(current()).gazetteer)
