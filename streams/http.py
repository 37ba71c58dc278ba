"""The worker's only port: /metrics for Prometheus, /healthz and /readyz for whoever runs it."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog
from aiohttp import web
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from schemas.errors import SettingsError
from streams.health import Health
from streams.metrics import Metrics
from streams.settings import StreamsSettings

log = structlog.get_logger(__name__)


class HttpServer(Service):
    """Serves the three pages.

    Args:
        settings: address and port; port 0 takes any free one.
        metrics: what to show.
        health: whom to ask.
    """

    def __init__(self, settings: StreamsSettings, metrics: Metrics, health: Health, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._settings = settings
        self._metrics = metrics
        self._health = health
        self._runner: web.AppRunner | None = None
        self.port = 0
        """The port it listens on, once started."""

    async def on_start(self) -> None:
        """Listen.

        Raises:
            SettingsError: the port is taken.
        """
        app = web.Application()
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/healthz", self._show_alive)
        app.router.add_get("/readyz", self._show_ready)
        app.on_response_prepare.append(_anonymously)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        host, port = self._settings.metrics_host, self._settings.metrics_port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise SettingsError(
                f"BOSPHORUS_METRICS_PORT={port}: can't listen on {host}: {error.strerror or error}; "
                "choose another port, or 0 for any free one"
            ) from error
        self.port = self._runner.addresses[0][1]
        log.info("metrics", address=f"http://{host}:{self.port}/metrics")

    async def on_stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        self._metrics.refresh()
        return web.Response(body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _show_alive(self, _request: web.Request) -> web.Response:
        return self._answer(ok=self._health.alive)

    async def _show_ready(self, _request: web.Request) -> web.Response:
        return self._answer(ok=self._health.ready)

    def _answer(self, *, ok: bool) -> web.Response:
        body = msgspec.json.encode({"ok": ok, "steps": self._health.states()})
        return web.Response(body=body, status=200 if ok else 503, content_type="application/json")


async def _anonymously(_request: web.Request, response: web.StreamResponse) -> None:
    """Which libraries serve it, and in which version, is nobody's business."""
    response.headers["Server"] = "bosphorus"
