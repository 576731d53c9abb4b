"""The parts that run for long: `worker`, `dispatch`, `relay`, `flower`, `serve`."""

from typing import Annotated

import typer

Queues = Annotated[str | None, typer.Option("--queues", "-q", help="Stages to serve, comma-separated; none is all.")]
Concurrency = Annotated[int, typer.Option("--concurrency", "-c", min=1, max=256, help="Processes of this worker.")]
Name = Annotated[str | None, typer.Option("--name", "-n", help="Node name, as Flower shows it.")]
Address = Annotated[str, typer.Option("--address", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(worker)
    app.command()(dispatch)
    app.command()(flower)


def worker(*, queues: Queues = None, concurrency: Concurrency = 1, name: Name = None) -> None:
    """Serve the queues of all stages, or of some."""
    import os

    # Asked to end, finish running batches first; must be set before Celery is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    from workers.app import app as celery

    wanted = [part.strip() for part in (queues or "").split(",") if part.strip()]
    label = name or (f"{'-'.join(wanted) or 'all'}@%h")
    arguments = ["worker", "--concurrency", str(concurrency), "--hostname", label, "--loglevel", "INFO"]
    if wanted:
        arguments += ["--queues", ",".join(wanted)]
    celery.worker_main(arguments)


def dispatch() -> None:
    """Take what waits on the wire queue and start the chain of stages for it, batch by batch."""
    import signal
    import threading

    from config.log import set_up
    from config.settings import current
    from workers.app import make_app
    from workers.connection import connect
    from workers.dispatcher import make_dispatcher
    from workers.embedded import redis_for
    from workers.equipment import Equipment

    settings = current()
    set_up(level=settings.log_level, form=settings.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with redis_for(settings) as url:
        ledger = Equipment(settings, redis_url=url).ledger
        app = make_app(settings, redis_url=url)
        make_dispatcher(connect(url), app=app, ledger=ledger, settings=settings).run(stop)


def flower(*, address: Address = "127.0.0.1", port: Port = 5555) -> None:
    """Start the Flower page: read-only, behind a password (made up and printed if none is set)."""
    from config.settings import current
    from workers import flower as page
    from workers.embedded import redis_for

    settings = current()
    with redis_for(settings) as url:
        code = page.serve(settings, redis_url=url, address=address, port=port)
    raise typer.Exit(code)
