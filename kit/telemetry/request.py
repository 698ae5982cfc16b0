from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id the gateway gave the request that is being answered; empty outside one."""
