"""The dwelling of a household on two clocks."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Model
from services.beneficiaries.clocks import Dated, MadeByAct


class DwellingRow(MadeByAct, Dated, Model):
    """One row of knowledge; a household has one dwelling on a day at most."""

    __tablename__ = "dwellings"

    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str]
    floor_area_m2: Mapped[Decimal]
    walls: Mapped[str]
    frame: Mapped[str]
    roof: Mapped[str]
    walls_durable: Mapped[bool]
    frame_durable: Mapped[bool]
    roof_durable: Mapped[bool]
    water_source: Mapped[str]
    latrine: Mapped[str]
    ownership: Mapped[str]
    uses_internet: Mapped[bool]
    information_means: Mapped[list[str]] = mapped_column(ARRAY(Text))
