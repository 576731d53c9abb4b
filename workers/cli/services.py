"""The parts that run for long: `worker`, `dispatch`, `relay`, `flower`, `serve`."""

from typing import Annotated

import typer

from workers.cli.session import redis, service

Queues = Annotated[str | None, typer.Option("--queues", "-q", help="Stages to serve, comma-separated; none is all.")]
Concurrency = Annotated[int, typer.Option("--concurrency", "-c", min=1, max=256, help="Processes of this worker.")]
Name = Annotated[str | None, typer.Option("--name", "-n", help="Node name, as Flower shows it.")]
Address = Annotated[str, typer.Option("--address", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]

AsWorker = Annotated[bool, typer.Option("--worker", help="Ask for a live worker on this host as well.")]

Topics = Annotated[list[str] | None, typer.Option("--topic", help="WebSub topic to confirm; may be repeated.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(worker)
    app.command()(dispatch)
    app.command()(relay)
    app.command()(serve)
    app.command()(flower)
    app.command(hidden=True)(healthy)


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
    from workers.app import make_app
    from workers.connection import connect
    from workers.dispatcher import make_dispatcher
    from workers.equipment import Equipment

    with service() as (settings, url, stop):
        ledger = Equipment(settings, redis_url=url).ledger
        app = make_app(settings, redis_url=url)
        make_dispatcher(connect(url), app=app, ledger=ledger, settings=settings).run(stop)


def relay() -> None:
    """Pass the event stream on to the sinks chosen in the settings (`sinks`), each in order."""
    from config.errors import SettingsError
    from workers.connection import connect
    from workers.relays import open_relays, run_relays

    with service() as (settings, url, stop):
        if not settings.sinks:
            raise SettingsError(
                "no sink is chosen: set DATELINE_SINKS to one or more of jsonl, topic, postgres, webhook"
            )
        relays = open_relays(connect(url), settings)
        try:
            run_relays(relays, stop)
        finally:
            for one in relays:
                one.close()


def serve(*, address: Address = "127.0.0.1", port: Port = 8080, topics: Topics = None) -> None:
    """Take articles over HTTP: POST /articles with `Authorization: Bearer <push_token>`, or as a WebSub subscriber."""
    from workers.receive import receive

    with service() as (settings, url, stop):
        receive(settings, url, stop, address=(address, port), topics=frozenset(topics or ()))


def healthy(*, as_worker: AsWorker = False) -> None:
    """Exit code 0 if Redis answers (and, with --worker, a worker on this host is alive): for health checks."""
    import socket

    from workers import keys
    from workers.cli.output import finish

    with redis(tries=1) as client:
        client.ping()
        pattern = keys.alive(f"{socket.gethostname()}:*")
        finish(well=not as_worker or any(True for _ in client.scan_iter(match=pattern, count=1000)))


def flower(*, address: Address = "127.0.0.1", port: Port = 5555) -> None:
    """Start the Flower page: read-only, behind a password (made up and printed if none is set)."""
    from config.settings import current
    from workers import flower as page
    from workers.embedded import redis_for

    settings = current()
    with redis_for(settings) as url:
        code = page.serve(settings, redis_url=url, address=address, port=port)
    raise typer.Exit(code)
