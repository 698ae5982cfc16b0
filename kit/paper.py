"""Sheets of paper: PDF/A5 with Vietnamese letters, from a font that is embedded in it (ADR 21)."""

from datetime import UTC, date, datetime, time
from typing import Final, Literal

from fastapi import Response
from fontpkg_noto_sans import ROOT
from fpdf import FPDF
from fpdf.enums import XPos, YPos

_FONT: Final = "noto"
_FILE: Final = ROOT / "files" / "NotoSans[wdth,wght].ttf"
_A5: Final = (148, 210)
"""Millimetres, upright."""
_GREY: Final = 190


class Pdf(Response):
    media_type = "application/pdf"


class Sheet:
    """An A5 sheet on its side, written line by line; the same bytes for the same lines, title and day.

    Making one takes a third of a second of processor, for the subset of the font: not in the loop.
    """

    def __init__(self, title: str, *, dated: date) -> None:
        self._pdf = FPDF(orientation="landscape", format=_A5)
        self._pdf.set_creation_date(datetime.combine(dated, time(), UTC))
        self._pdf.set_title(title)
        self._pdf.add_font(_FONT, "", _FILE)
        self._pdf.add_page()

    def line(self, words: str, size: int, align: Literal["L", "C", "R"] = "L") -> None:
        """Write `words`, wrapped where they are long; `size` in points."""
        self._pdf.set_font(_FONT, size=size)
        self._pdf.multi_cell(0, size * 0.55, words, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def gap(self, millimetres: float) -> None:
        self._pdf.ln(millimetres)

    def mark(self, words: str) -> None:
        """Write `words` large and grey across the sheet, beneath what follows."""
        x, y = self._pdf.get_x(), self._pdf.get_y()
        self._pdf.set_text_color(_GREY)
        self._pdf.set_font(_FONT, size=48)
        with self._pdf.rotation(24, x=self._pdf.w / 2, y=self._pdf.h / 2):
            self._pdf.set_xy(0, self._pdf.h / 2 - 12)
            self._pdf.cell(self._pdf.w, 24, words, align="C")
        self._pdf.set_text_color(0)
        self._pdf.set_xy(x, y)

    def pdf(self) -> bytes:
        return bytes(self._pdf.output())


def written(day: date) -> str:
    """Return the day as a Vietnamese paper has it: 05/02/2024."""
    return f"{day.day:02}/{day.month:02}/{day.year}"
