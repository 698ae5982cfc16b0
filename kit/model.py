"""The base of every table."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from kit.values.ids import new_id

Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
"""UUIDv7 made by us, or by the client that was offline when it made the row."""

RecordedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]
"""When the database learned it; never set by a caller."""


class Model(DeclarativeBase):
    """Constraint names follow one pattern, so that a refused write can be told apart by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Whole numbers are bound as 64 bits whatever their column's width: as SQLAlchemy's plain Integer, two billion đồng
    # would be the most that a statement takes. PostgreSQL narrows them where a column is narrower.
    type_annotation_map = {datetime: DateTime(timezone=True), int: BigInteger}  # noqa: RUF012 - read from the class
