"""How an address names one row."""

from typing import Any

from fastapi import Path


def row_id(description: str, title: str, example: object) -> Any:
    """Describe an id in an address; `/docs` fills in `example`, which is called `title` there."""
    return Path(description=description, openapi_examples={title: {"value": example}})
