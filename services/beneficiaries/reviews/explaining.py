"""Why a household got its class, line by line, for the household to read."""

from collections.abc import Mapping
from typing import Final

from services.beneficiaries.reviews.schemas import Explained
from services.beneficiaries.reviews.scoring import Class, Judgement, Rule, Step
from services.beneficiaries.standards.schemas import Title

_RULES: Final[Mapping[Rule, tuple[str, str, str]]] = {
    "income_estimate": (
        "Thu nhập bình quân {value} đồng/người/tháng, chuẩn là {line} đồng: {met}.",
        "Income is {value} VND per person per month, the line is {line} VND: {met}.",
        "Le revenu est de {value} VND par personne et par mois, le seuil de {line} VND : {met}.",
    ),
    "income_points": (
        "Điểm B1 là {value}, ngưỡng là {line} điểm: {met}.",
        "B1 gives {value} points, the line is {line} points: {met}.",
        "B1 donne {value} points, le seuil est de {line} points : {met}.",
    ),
    "deprivations": (
        "Thiếu hụt {value} chỉ số, ngưỡng là {line} chỉ số: {met}.",
        "Deprived in {value} indicators, the line is {line} indicators: {met}.",
        "Privations dans {value} indicateurs, le seuil est de {line} indicateurs : {met}.",
    ),
    "deprivation_points": (
        "Điểm B2 là {value}, ngưỡng là {line} điểm: {met}.",
        "B2 gives {value} points, the line is {line} points: {met}.",
        "B2 donne {value} points, le seuil est de {line} points : {met}.",
    ),
}
_LOW: Final = ("dưới hoặc bằng chuẩn", "not above the line", "au plus le seuil")
_HIGH: Final = ("trên chuẩn", "above the line", "au-dessus du seuil")
_REACHED: Final = ("đạt ngưỡng", "reached", "atteint")
_SHORT: Final = ("chưa đạt ngưỡng", "not reached", "non atteint")
CLASSES: Final[Mapping[Class, Title]] = {
    "poor": Title(vi="Hộ nghèo", en="Poor household", fr="Ménage pauvre"),
    "near_poor": Title(vi="Hộ cận nghèo", en="Near-poor household", fr="Ménage quasi pauvre"),
    "none": Title(
        vi="Không thuộc hộ nghèo, hộ cận nghèo", en="Neither poor nor near-poor", fr="Ni pauvre ni quasi pauvre"
    ),
}


def explain(judgement: Judgement, standard: str) -> list[Explained]:
    """Return the steps that made the class, and the class itself under its standard."""
    poor = CLASSES[judgement.status]
    last = Title(
        vi=f"Kết quả theo chuẩn {standard}: {poor.vi}.",
        en=f"Result under {standard}: {poor.en}.",
        fr=f"Résultat selon {standard} : {poor.fr}.",
    )
    lines = [
        Explained(rule=step.rule, value=step.value, line=step.line, met=step.met, text=_text(step))
        for step in judgement.steps
    ]
    return [*lines, Explained(rule="class", value=None, line=None, met=None, text=last)]


def _text(step: Step) -> Title:
    income = step.rule in {"income_estimate", "income_points"}
    words = (_LOW if income else _REACHED) if step.met else (_HIGH if income else _SHORT)
    vi, en, fr = (
        sentence.format(value=_number(step.value), line=_number(step.line), met=met)
        for sentence, met in zip(_RULES[step.rule], words, strict=True)
    )
    return Title(vi=vi, en=en, fr=fr)


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
