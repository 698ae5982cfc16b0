"""Minutes of village meetings as files."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from services.beneficiaries import examples

Kind = Literal["pdf", "jpeg", "png", "docx"]
MEDIA: Final[dict[Kind, str]] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class MinutesUpload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    meeting_id: Annotated[
        UUID,
        Field(
            description="The meeting that the file is the minutes of", json_schema_extra={"example": examples.MEETING}
        ),
    ]


class MinutesQuery(ListQuery):
    meeting_id: Annotated[
        UUID,
        Field(description="The meeting whose minutes are wanted", json_schema_extra={"example": examples.MEETING}),
    ]


class Minutes(BaseModel):
    """A file of minutes: a page or the whole of them. size: bytes. sha256: of the content, in hexadecimal digits."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    meeting_id: UUID
    kind: Kind
    size: int
    sha256: str
    added_by: str
    added_at: datetime
