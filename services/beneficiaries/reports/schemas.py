"""The report forms of a review as tables."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from services.beneficiaries.areas.schemas import AreaCode

FORMS: Final[dict[int, str]] = {
    1: (
        "Tổng hợp kết quả chính thức rà soát hộ nghèo; hộ cận nghèo;"
        " hộ làm nông, lâm, ngư nghiệp có mức sống trung bình"
    ),
    2: "Tổng hợp diễn biến hộ nghèo",
    3: "Tổng hợp diễn biến hộ cận nghèo",
    4: "Phân tích các chỉ số thiếu hụt dịch vụ xã hội cơ bản của hộ nghèo",
    5: "Tỷ lệ các chỉ số thiếu hụt của hộ nghèo",
    6: "Phân tích các chỉ số thiếu hụt của hộ cận nghèo",
    7: "Tỷ lệ các chỉ số thiếu hụt của hộ cận nghèo",
    8: "Phân tích hộ nghèo, hộ cận nghèo theo các nhóm đối tượng",
    9: "Phân tích hộ nghèo, hộ cận nghèo theo dân tộc",
    10: "Phân nhóm hộ nghèo, hộ cận nghèo theo các nguyên nhân nghèo",
    11: "Tổng hợp chỉ tiêu thiếu hụt của trẻ em thuộc hộ nghèo, hộ cận nghèo",
    12: "Tổng hợp kết quả rà soát hộ nghèo theo chuẩn nghèo đa chiều",
    13: "Tổng hợp kết quả rà soát hộ cận nghèo theo chuẩn nghèo đa chiều",
    14: "Danh sách chi tiết hộ cận nghèo",
    15: "Danh sách chi tiết hộ nghèo",
}
"""The fifteen forms by number."""

Cell = str | int | None


class _Report(BaseModel):
    as_of: Annotated[Day | None, Field(description="The day on which households are counted; today without it")] = None
    since: Annotated[
        Day | None, Field(description="First day of the movement in forms 2 and 3; a year before without it")
    ] = None
    geography: Annotated[
        Day | None, Field(description="The day whose map of communes is used; without it that of the figures")
    ] = None
    area: Annotated[AreaCode | None, Field(description="Only the commune with this code on that map")] = None


class ReportQuery(ListQuery, _Report):
    """limit, cursor: of the lists 14 and 15; the other forms have a row for each commune."""


class SheetQuery(_Report):
    model_config = ConfigDict(extra="forbid")


class Report(BaseModel):
    """A form as a table: the first row of words names the columns. next: of forms 14 and 15, as in every list.

    Percentages have two decimals and are text; null is a figure that cannot be given. not_recorded: the columns that
    are null in every row, since the registry keeps no record of what they count.
    """

    model_config = ConfigDict(extra="forbid")

    number: int
    title: str
    as_of: date
    geography: date
    columns: list[str]
    rows: list[list[Cell]]
    not_recorded: list[str]
    next: str | None
