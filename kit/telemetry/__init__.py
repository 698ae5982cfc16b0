"""What a process tells of itself: JSON logs, metrics, traces; never a person's name or number."""

from kit.telemetry.logs import configure_logs, logger
from kit.telemetry.request import request_id
from kit.telemetry.traces import tracer_provider

__all__ = ["configure_logs", "logger", "request_id", "tracer_provider"]
