"""Imports whose time is over: their reports and what they were refused for go, what they registered stays."""

from typing import Final

from sqlalchemy import text

from kit.database import Database, RowScope
from kit.files import Files
from kit.jobs import Job

EVERY_SECONDS: Final = 3600
_WORKER: Final = RowScope.everything("beneficiaries-worker")
_EXPIRED: Final = text(
    "select id, place, refused_csv, refused_xlsx from imports where expires_at < now() order by expires_at limit 100"
)
_FORGET: Final = (
    text("delete from import_rows where import_id = :id"),
    text("delete from imports where id = :id"),
)


async def run(database: Database, files: Files, _: Job) -> None:
    """Forget them; the files first, so that none is left without a row that names it."""
    async with database.transaction(_WORKER, read_only=True) as session:
        expired = (await session.execute(_EXPIRED)).all()
    for row in expired:
        for place in (row.place, row.refused_csv, row.refused_xlsx):
            if place is not None:
                await files.forget(place)
        async with database.transaction(_WORKER) as session:
            for statement in _FORGET:
                await session.execute(statement, {"id": row.id})
