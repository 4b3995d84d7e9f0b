"""Whether this process lives, whether it can work, and its metrics. Open to everybody: nothing here is anybody's."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, Response, json, make_response

from inventory.errors import DatabaseUnavailable
from monitoring.metrics import EXPOSITION_CONTENT_TYPE, Metrics
from provisioning import front_desk
from provisioning.tools import Tools
from web.request_errors import NotReady

WORKER_SILENT_AFTER = timedelta(seconds=60)

type WorkerSeen = Callable[[], datetime | None]


def health_blueprint(tools: Tools, metrics: Metrics, worker_seen: WorkerSeen | None) -> Blueprint:
    """`/healthz`, `/readyz` and `/metrics`."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "alive"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        checks = {"database": _database(tools), "worker": _worker(tools, worker_seen)}
        ready = not any(checks.values())
        answer = {
            "status": "ready" if ready else "not ready",
            "checks": {what: why or "ok" for what, why in checks.items()},
        }
        return _json(answer, 200 if ready else 503)

    @blueprint.get("/metrics")
    def exposition() -> Response:
        return make_response(metrics.exposition(), 200, {"Content-Type": EXPOSITION_CONTENT_TYPE})

    return blueprint


def _database(tools: Tools) -> str:
    """Why the database cannot be used, "" where it can."""
    try:
        front_desk.check_ready(tools)
    except DatabaseUnavailable as error:
        return _unavailable(error)
    return ""


def _unavailable(error: DatabaseUnavailable) -> str:
    """These pages are open to everybody, so they do not say where the database is."""
    return f"The database cannot be used: {error.reason}."


def _worker(tools: Tools, worker_seen: WorkerSeen | None) -> str:
    """Why no worker is at work, "" where one is or none is watched from here."""
    if worker_seen is None:
        return ""
    try:
        seen = worker_seen()
    except DatabaseUnavailable as error:
        return _unavailable(error)
    if seen is None:
        return str(NotReady("no worker has been seen yet"))
    silent = tools.now() - seen
    return (
        str(NotReady(f"no worker has been seen for {silent.total_seconds():.0f} seconds"))
        if silent > WORKER_SILENT_AFTER
        else ""
    )


def _json(answer: object, status: int = 200) -> Response:
    return make_response(json.dumps(answer), status, {"Content-Type": "application/json"})
