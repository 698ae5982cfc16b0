from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["formula_cell", "error_cell", "nul_cell", "cell_too_long"]


@dataclass(slots=True)
class Row:
    """A row with its number in the sheet (the first is 1, as spreadsheets show it); cells as text, "" where empty.

    faults: by the place of a cell from 0, what is wrong with it as a cell; its text is then "".
    """

    number: int
    cells: list[str]
    faults: dict[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """How large a table may be, and what a workbook may unfold to.

    cell: characters of one cell. unfolded: bytes of all parts of a workbook. ratio: unfolded to packed, of a part.
    strings: bytes of the shared strings.
    """

    rows: int = 500_000
    columns: int = 64
    cell: int = 4_000
    unfolded: int = 1 << 30
    ratio: int = 200
    strings: int = 256 << 20
