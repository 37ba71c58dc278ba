"""The worker: the bare app, the agents that were asked for, and the process around them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import faust
import structlog

from agents.watches import load_watches
from bosphorus import heap
from bosphorus.broker.address import resolve_broker
from bosphorus.settings import Settings
from bosphorus.worker_process import PunctualWorker, end_within, start_anew
from bosphorus.worker_waiting import wait_for_kafka
from schemas.errors import BosphorusError, BrokerAwayError, SettingsError, TopicMismatchError
from schemas.wire import Codec
from streams.app import create_app
from streams.batch_loop import BatchLoop
from streams.connection import client_options
from streams.health import Health, Loop
from streams.http import HttpServer
from streams.idle import IdleProver
from streams.kafka_admin import admin, differences
from streams.lease import LEASE, SuspendedError
from streams.logs import configure_logs
from streams.metrics import Metrics
from streams.outage import describe, is_away
from streams.schema_registry import registry_of
from streams.stateless import add_step
from streams.topics import catalogue

AGENTS = ("normalise", "enrich", "watch", "publish")

log = structlog.get_logger(__name__)


def build(settings: Settings, agents: Iterable[str] = AGENTS, instance_id: str = "") -> faust.App:
    """Put a worker's app together.

    Args:
        settings: everything; `broker` must be set.
        agents: names of the agents to run, from AGENTS.
        instance_id: name of this worker that survives its restart, e.g. the pod's; empty: none.

    Raises:
        SettingsError: an agent's name, or another setting, is wrong.
    """
    wanted = _known(agents)
    metrics = Metrics()
    codec = Codec(registry_of(settings))
    app = create_app(settings, stateful="watch" in wanted, instance_id=instance_id)
    loops: list[Loop] = []
    if "watch" in wanted:
        from agents.watch.agent import register

        loops.append(register(app, settings, settings, codec, load_watches(settings.watches), metrics))
    if "normalise" in wanted:
        from agents.normalise.agent import NormaliseStep

        loops.append(add_step(app, NormaliseStep(settings, settings, codec, metrics), settings, metrics, instance_id))
    if "enrich" in wanted:
        from agents.enrich.agent import EnrichStep

        watches = load_watches(settings.watches)
        loop = add_step(app, EnrichStep(settings, settings, codec, watches, metrics), settings, metrics, instance_id)
        loops.append(loop)
        prover = IdleProver(loop, [watch.id for watch in watches], settings, codec, metrics)
        app.service(prover)  # type: ignore[arg-type]  # takes an instance as well as a class
    if "publish" in wanted:
        from agents.publish.agent import PublishStep

        loops.append(add_step(app, PublishStep(settings, codec, metrics), settings, metrics, instance_id))
    app.service(HttpServer(settings, metrics, Health(loops)))  # type: ignore[arg-type]  # takes an instance as well as a class
    batch_loops = [loop for loop in loops if isinstance(loop, BatchLoop)]

    async def drain(*_: Any, **__: Any) -> None:
        # All at once: Faust stops its services one after the other.
        await asyncio.gather(*(loop.drain() for loop in batch_loops))

    app.on_before_shutdown.connect(drain, weak=False)
    return app


def _known(agents: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(agents))
    unknown = [name for name in wanted if name not in AGENTS]
    if unknown or not wanted:
        raise SettingsError(f"no agent is called {', '.join(unknown) or '(nothing)'}: use any of {', '.join(AGENTS)}")
    return wanted


def run(settings: Settings, agents: Iterable[str] = AGENTS, instance_id: str = "") -> None:
    """Run a worker until SIGTERM or SIGINT; it then finishes what is in flight and returns.

    While Kafka is away it waits, also at its start. Where it may not go on (it was suspended, and others have its partitions) or can't
    (Faust gave up on a broker that was away), the process is replaced by a fresh one.

    Raises:
        BosphorusError: it can't start, or it broke.
    """
    import uvloop

    # What is wrong with the configuration is said at once, also where Kafka is away.
    agents = _known(agents)
    load_watches(settings.watches)
    configure_logs(settings)
    settings = settings.model_copy(update={"broker": resolve_broker(settings)})
    _make_directory(settings)
    log.info("starting", broker=settings.broker, agents=agents)
    if not _topics_are_right(settings):
        log.info("stopped")
        return
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    heap.loading()
    app = build(settings, agents, instance_id)
    heap.settle()
    # Faust's own set-up of logging would clear our handlers and turn prints into warnings.
    worker = PunctualWorker(
        app, settings=settings, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True, daemon=True
    )
    worker.spinner = None

    async def lost(error: SuspendedError) -> None:
        end_within(settings.drain_timeout_s, lambda: worker.is_stopping or start_anew(settings))
        await app.crash(error)

    LEASE.begin(settings.session_timeout_s)
    worker.lasts.append(loop.create_task(LEASE.keep(lost)))
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        # mode leaves by SystemExit even where a service broke.
        crash = worker.crash_reason or app.crash_reason
        if worker.is_stopping:
            log.info("stopped")
            return
        if crash is not None and (isinstance(crash, SuspendedError) or is_away(crash)):
            log.warning("the worker starts anew", why=describe(crash))
            start_anew(settings)
        if isinstance(crash, BosphorusError):
            raise crash from None
        if end.code not in {None, 0}:
            raise BosphorusError(f"the worker broke: {crash!r}; the lines above say where") from crash
    log.info("stopped")


def _topics_are_right(settings: Settings) -> bool:
    """Look at the topics, once Kafka answers. False: a signal came first."""
    while asyncio.run(wait_for_kafka(settings)):
        try:
            _check_topics(settings)
        except BrokerAwayError as error:
            log.info("away again", error=describe(error))
        else:
            return True
    return False


def _check_topics(settings: Settings) -> None:
    """Without its topics, or with other partitions than it counts on, a worker would go wrong later and less clearly."""
    if settings.embedded_broker:  # it would end the connection
        return
    with admin(client_options(settings, settings.broker)) as client:
        found = differences(client, catalogue(settings))
    wrong = [str(difference) for difference in found if difference.what in {"topic", "partitions"}]
    if wrong:
        raise TopicMismatchError(f"{'; '.join(wrong)}: run `bosphorus topics create`, or set BOSPHORUS_PARTITIONS")


def _make_directory(settings: Settings) -> None:
    try:
        (settings.data_dir / "faust").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"BOSPHORUS_DATA_DIR={settings.data_dir}: can't be made ({error.strerror}); name a directory we may write to"
        ) from error
