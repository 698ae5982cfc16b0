"""`/v1/beneficiaries/poverty-reports`: the official forms, computed from the records."""

import asyncio
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from kit.database import Reader
from kit.http import router, set_next_link
from kit.problems import BadCursor, problems
from kit.values.dates import today
from services.beneficiaries.auth import RegistryReader
from services.beneficiaries.errors import AreaNotFound, PeriodBackwards
from services.beneficiaries.reports import forms, groups, sheet
from services.beneficiaries.reports.schemas import FORMS, Report, ReportQuery, SheetQuery

reports = router("poverty-reports", "Poverty figures")
_LISTS = (14, 15)
_MOST = 50_000
_YEAR = timedelta(days=365)
FormNumber = Annotated[
    int, Path(ge=1, le=15, description="Number of the form", openapi_examples={"result": {"value": 1}})
]


class Xlsx(Response):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@reports.get(
    "/{number}",
    operation_id="read_poverty_report",
    summary="An official form as a table",
    responses=problems(AreaNotFound, PeriodBackwards, BadCursor),
)
async def read_poverty_report(
    number: FormNumber,
    query: Annotated[ReportQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> Report:
    """Give one of the report forms for the communes the caller answers for, on a day and on the map of any day.

    Deprivations and causes are those of the last decided review. A column that the records cannot fill is null and is
    named in `not_recorded`. Forms 14 and 15 are lists of households and come by the page.
    """
    found = await _report(session, number, query, _after(query.cursor), query.limit)
    set_next_link(request, response, found.next)
    return found


@reports.get(
    "/{number}/xlsx",
    operation_id="download_poverty_report",
    summary="An official form as a spreadsheet",
    response_class=Xlsx,
    responses=problems(AreaNotFound, PeriodBackwards),
)
async def download_poverty_report(
    number: FormNumber, query: Annotated[SheetQuery, Query()], session: Reader, _by: RegistryReader
) -> Xlsx:
    """Give the same table as XLSX, lists whole (50,000 households at most); words in it are never formulas."""
    found = await _report(session, number, query, None, _MOST)
    told = f"Ngày {found.as_of:%d/%m/%Y}, theo địa giới ngày {found.geography:%d/%m/%Y}"
    if found.not_recorded:
        told += f". Chưa có trong hồ sơ: {'; '.join(found.not_recorded)}"
    made = await asyncio.to_thread(sheet.xlsx, f"Biểu {number}. {found.title}", told, found.columns, found.rows)
    return Xlsx(made, headers={"Content-Disposition": f'attachment; filename="bieu-{number}.xlsx"'})


async def _report(
    session: Reader, number: int, query: ReportQuery | SheetQuery, after: UUID | None, most: int
) -> Report:
    day = query.as_of or today()
    since = query.since or day - _YEAR
    if since > day:
        raise PeriodBackwards
    on = await forms.mapped(session, query.geography or day, query.area)
    following = None
    if number in _LISTS:
        (columns, rows), following = await forms.households(session, number, day, on, after, most)
    else:
        columns, rows = await forms.table(session, number, day, since, on)
    return Report(
        number=number,
        title=FORMS[number],
        as_of=day,
        geography=on.day,
        columns=columns,
        rows=rows,
        not_recorded=groups.unfilled(number),
        next=None if following is None else str(following),
    )


def _after(cursor: str | None) -> UUID | None:
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError as error:
        raise BadCursor from error
