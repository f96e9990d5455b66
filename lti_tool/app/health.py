"""Routes for machines: liveness, readiness, metrics."""

import hmac
import ipaddress
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, abort, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.app.migrations import SchemaState, find_schema_state, list_revisions
from lti_tool.passback.queries import count_open, count_workers, list_totals
from lti_tool.telemetry.metrics import REQUESTS, SECONDS, current_registry
from lti_tool.web.guard import public
from lti_tool.web.session import db, settings, stores

blueprint = Blueprint("health", __name__)


@blueprint.record_once
def _read_revisions(_state: BlueprintSetupState) -> None:
    """Before an upgrade replaces the files under a process that runs."""
    list_revisions()


# Some signs of life may be late; see `cli/watch.py`.
_ALIVE = timedelta(minutes=1)


def init_metrics(app: Flask) -> None:
    """Count requests by endpoint: addresses hold visits, so they never become labels."""
    app.before_request(_start)
    app.after_request(_count)


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method, response.status_code).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
    return response


@blueprint.get("/healthz")
@public
def show_health() -> Response:
    """Whether this process answers; touches nothing else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def show_readiness() -> Response:
    """Whether the database answers and its schema is the one that this code wants."""
    try:
        db().execute(text("SELECT 1"))
        state = find_schema_state(stores().engine)
    except SQLAlchemyError:
        return _not_ready("database_unreachable")
    # A newer schema only adds to ours until all processes are of the new version, so this one goes on answering.
    return _not_ready("schema_behind") if state is SchemaState.BEHIND else jsonify(status="ready", schema=state)


def _not_ready(reason: str) -> Response:
    response = jsonify(status="not ready", reason=reason)
    response.status_code = 503
    return response


@blueprint.get("/metrics")
@public
def show_metrics() -> Response:
    """Prometheus metrics, for the addresses or the bearer token that settings name; others get a 404."""
    if not _may_read_metrics():
        abort(404)
    outbox = CollectorRegistry()
    outbox.register(_Outbox(db(), clock.now()))
    body = generate_latest(current_registry()) + generate_latest(outbox)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in settings().metrics_networks)


class _Outbox(Collector):
    """The numbers of the database: four statements, whatever has been delivered so far."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Read them all."""
        counts = count_open(self._session)
        pending = GaugeMetricFamily(
            "lti_tool_scores_pending", "Scores that wait, by what went wrong last.", labels=["reason"]
        )
        for reason, count in {"": 0, **counts.pending}.items():
            pending.add_metric([reason], count)
        yield pending
        yield GaugeMetricFamily("lti_tool_scores_sending", "Scores that a worker holds.", value=counts.sending)
        parked = GaugeMetricFamily("lti_tool_scores_parked", "Scores that wait for somebody.", labels=["reason"])
        for reason, count in counts.parked.items():
            parked.add_metric([reason], count)
        yield parked
        yield GaugeMetricFamily(
            "lti_tool_oldest_pending_seconds",
            "Age of the oldest score that is pending or being sent.",
            value=self._age(counts.oldest_pending),
        )
        yield from self._workers()

    def _workers(self) -> Iterator[Metric]:
        totals = CounterMetricFamily("lti_tool_deliveries", "Tries to deliver, by how they ended.", labels=["outcome"])
        for outcome, count in list_totals(self._session).items():
            totals.add_metric([outcome], count)
        yield totals
        alive = count_workers(self._session, self._now - _ALIVE)
        yield GaugeMetricFamily("lti_tool_workers", "Workers seen within the last minute.", value=alive)

    def _age(self, moment: datetime | None) -> float:
        return max(0.0, (self._now - moment).total_seconds()) if moment else 0.0
