"""Routes for machines: liveness, readiness, metrics."""

import hmac
import ipaddress
import time

from flask import Blueprint, Flask, Response, abort, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.app.migrations import find_pending
from lti_tool.passback.queries import count_deliveries, find_oldest_pending
from lti_tool.telemetry.metrics import REQUESTS, SECONDS, current_registry
from lti_tool.web.guard import public
from lti_tool.web.session import db, settings, stores

blueprint = Blueprint("health", __name__)


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
        pending = find_pending(stores().engine)
    except SQLAlchemyError:
        return _not_ready("database_unreachable")
    return _not_ready("schema_behind") if pending else jsonify(status="ready")


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
    body = generate_latest(current_registry()) + generate_latest(_outbox_registry(db()))
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


def _outbox_registry(session: Session) -> CollectorRegistry:
    registry = CollectorRegistry()
    states = Gauge("lti_tool_deliveries", "Scores in the outbox.", ["state", "reason"], registry=registry)
    for state, reason, count in count_deliveries(session):
        states.labels(state, reason).set(count)
    oldest = find_oldest_pending(session)
    age = Gauge("lti_tool_oldest_pending_seconds", "Age of the oldest waiting score.", registry=registry)
    age.set((clock.now() - oldest).total_seconds() if oldest else 0)
    return registry
