"""What the tool tells its operators: structured logs and Prometheus metrics, without personal data."""

from lti_tool.telemetry.logs import init_logging

__all__ = ["init_logging"]
