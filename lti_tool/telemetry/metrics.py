"""Prometheus metrics of the web processes; numbers of the database are read when somebody asks.

With several web processes the client library shares counters through files in `PROMETHEUS_MULTIPROC_DIR`, which
`lti-tool serve` sets before this module is imported.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("lti_tool_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "lti_tool_request_seconds",
    "Time to answer a request.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAUNCHES = Counter("lti_tool_launches_total", "Launches by verdict and reason code.", ["verdict", "reason"])

LIMITED = Counter("lti_tool_limited_total", "Requests over a limit.", ["limit"])


def current_registry() -> CollectorRegistry:
    """The numbers of all web processes, or of this one where it is alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
