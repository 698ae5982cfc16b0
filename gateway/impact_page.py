"""The public account as a page that people read: the rows of `/v1/impact`, in their language."""

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gateway.answers import Answer, Asked
from gateway.impact import Impact, read_query, today
from gateway.pages import Pages, language_asked
from gateway.words import SEPARATORS, SERVICES, UNITS, WORDS, Words
from kit.problems import Language

_PERCENT = "basis points"


class ImpactPage:
    def __init__(self, impact: Impact, pages: Pages) -> None:
        self._impact, self._pages = impact, pages

    async def answer(self, asked: Asked) -> Answer:
        """Show the figures of `?from=&to=` for all areas together; who is missing is named, also if all are."""
        language = language_asked(asked)
        words = WORDS[language]
        given = [pair for pair in parse_qsl(asked.query.decode("ascii")) if pair[0] != "lang"]
        parameters = read_query(urlencode(given).encode(), today()) | {"by": "none"}
        rows, refused = await self._impact.ask(asked, parameters)
        tables = "".join(
            _table(SERVICES.get(service, {}).get(language, service), list(group), words, language)
            for service, group in groupby(rows, key=lambda row: str(row["service"]))
        )
        away = ", ".join(escape(SERVICES.get(name, {}).get(language, name)) for name in refused)
        missing = f'<p class="note" role="status">{escape(words["missing"])}: {away}</p>' if refused else ""
        data = f"/v1/impact?{urlencode(parameters)}"
        content = (
            f'<h1>{escape(words["impact"])}</h1><p class="lead">{escape(words["impact_lead"])}</p>'
            f"{_form(parameters, words, language)}{missing}{tables}"
            f'<p><a href="{escape(data)}">{escape(words["as_data"])}</a></p>'
        )
        answer = self._pages.answer(asked, language, words["impact"], words["impact_lead"], content)
        answer.headers["cache-control"] = "no-store"
        return answer


def _form(parameters: Mapping[str, str], words: Words, language: Language) -> str:
    fields = "".join(
        f'<label>{escape(text)}<input type="date" name="{name}" value="{parameters[name]}" required></label>'
        for name, text in (("from", words["begin"]), ("to", words["end"]))
    )
    hidden = f'<input type="hidden" name="lang" value="{language}">'
    return f'<form action="/impact" method="get">{fields}{hidden}<button>{escape(words["show"])}</button></form>'


def _table(caption: str, rows: list[dict[str, Any]], words: Words, language: Language) -> str:
    head = "".join(
        f'<th scope="col">{escape(text)}</th>' for text in (words["figure"], words["value"], words["counts"])
    )
    body = "".join(
        f'<tr><th scope="row">{escape(_title(row, language))}</th>'
        f'<td class="number">{escape(_value(row, words, language))}</td>'
        f'<td class="counts" lang="en">{escape(str(row.get("counts", "")))}</td></tr>'
        for row in rows
    )
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _title(row: Mapping[str, Any], language: Language) -> str:
    titles = row.get("title")
    return str(titles[language]) if isinstance(titles, dict) and language in titles else str(row.get("row", ""))


def _value(row: Mapping[str, Any], words: Words, language: Language) -> str:
    value = row.get("value")
    if not isinstance(value, int):
        return words["withheld"] if row.get("suppressed") else "–"
    unit = str(row.get("unit", ""))
    if unit == _PERCENT:
        return f"{number(value / 100, language, 2)} %"
    return f"{number(value, language)} {UNITS.get(unit, {}).get(language, unit)}".strip()


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Write a number as the language does: 1.234,50 in Vietnamese, 1,234.50 in English."""
    thousands, point = SEPARATORS[language]
    return f"{value:,.{decimals}f}".translate({ord(","): thousands, ord("."): point})
