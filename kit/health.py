"""What an orchestrator asks: `/livez` is the process alone, `/readyz` is whether to send it requests."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 when the database answers at the migration this code was written for, and the process is not draining."""
    state = request.app.state
    checks: dict[str, Any] = {"draining": state.draining, "expected_migration": state.migration_head}
    try:
        async with state.database.engine.connect() as connection:
            checks["migration"] = (await connection.execute(text("select version_num from alembic_version"))).scalar()
    except (SQLAlchemyError, OSError):
        checks["migration"] = None
    ready = not state.draining and checks["migration"] == state.migration_head
    return Response(
        orjson.dumps({"ready": ready, **checks}),
        status_code=200 if ready else 503,
        media_type="application/json",
    )
