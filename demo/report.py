"""What came of the story: the public account, by commune too, and where to go from here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from demo.api import Api
from demo.pace import Stage
from local.people import everybody

_IMPACT: Final = "/v1/impact"
_TWENTIETH: Final = {
    "poverty_rate": "12.86 %",
    "rice_kg": "4,835",
    "rice_households": "82",
    "gift_turns": "100",
    "gift_value": "100,000,000",
    "loan_households": "282",
}
"""The district's own account divided by twenty (the rate as it is), for the rows that it names."""
_BY_AREA: Final = (
    "all_households",
    "poor_households",
    "poverty_rate",
    "gift_turns",
    "rice_kg",
    "loans_disbursed",
    "loan_households",
)
_BEFORE: Final = date(2025, 6, 30)
"""The last day of the district and its 22 units."""
_HUNDREDTHS: Final = 100


async def show(api: Api, console: Console) -> None:
    """Print the impact of all years for all areas, then by the communes of today, then by those of before."""
    whole = await api.get(_IMPACT)
    console.print(_account(whole))
    _name_missing(console, whole)
    for title, query in (
        ("Theo xã hiện nay · by commune of today", {"by": "area"}),
        ("Theo 22 xã, thị trấn trước 1/7/2025 · by the 22 units of before", {"by": "area", "as_of": str(_BEFORE)}),
    ):
        console.print(_by_area(title, (await api.get(_IMPACT, query, login="auditor"))["rows"]))


def run(console: Console, stages: Sequence[Stage], api: Api) -> None:
    """Print what the load did, and how fast."""
    table = Table("stage", "new", "there before", "seconds", box=box.SIMPLE, title="The load")
    for column in table.columns[1:]:
        column.justify = "right"
    for stage in stages:
        table.add_row(stage.title, f"{stage.made:,}", f"{stage.known:,}", f"{stage.seconds:.1f}")
    console.print(table)
    answered = ", ".join(f"{count:,} × {status}" for status, count in sorted(api.counted.items()))
    console.print(f"Answers: {answered}; asked again: {api.repeated:,}")


def addresses(console: Console, gateway: str, issuer: str) -> None:
    console.print("\n[bold]Where to go · Địa chỉ[/]")
    for path, what in (
        ("/", "what this is"),
        ("/docs", "every operation, to try in the browser: Authorize, choose a person below"),
        ("/redoc", "the same, to read"),
        ("/v1/impact", "the public account above, as data"),
        ("/v1/funds/campaigns", "campaigns; add /{id}/account for the public account of each"),
    ):
        console.print(f"  {gateway}{path}  {what}", soft_wrap=True)
    console.print(f"\n[bold]Who signs in at {issuer} · Đăng nhập[/]  (forthepoor token --as LOGIN prints a token)")
    table = Table("login", "name", "duty_vi", "duty_en", box=None, padding=(0, 2), show_header=False)
    table.columns[0].no_wrap = True
    for person in everybody():
        table.add_row(person.login, person.name, person.duty_vi, person.duty_en)
    table.add_row("partner-bank:vbsp", "Ngân hàng Chính sách xã hội", "Ngân hàng đối tác", "Partner bank, by DPoP only")
    console.print(table)


def _account(impact: Mapping[str, Any]) -> Table:
    period = f"{impact['from']} – {impact['to']}"
    table = Table(title=f"Mai Sơn, {period} · kết quả · impact", box=box.SIMPLE_HEAD)
    for name in ("Chỉ tiêu", "Figure", "", "unit", "account ÷ 20"):
        table.add_column(name, justify="right" if name in {"", "account ÷ 20"} else "left")
    service = None
    for row in impact["rows"]:
        if service not in {None, row["service"]}:
            table.add_section()
        service = row["service"]
        figure, unit = _figure(row)
        table.add_row(row["title"]["vi"], row["title"]["en"], figure, unit, _TWENTIETH.get(row["row"], ""))
    return table


def _figure(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["value"] is None:
        return ("1–4", row["unit"]) if row.get("suppressed") else ("–", row["unit"])
    if row["unit"] == "basis points":
        return f"{row['value'] // _HUNDREDTHS}.{row['value'] % _HUNDREDTHS:02} %", ""
    return f"{row['value']:,}", row["unit"]


def _by_area(title: str, rows: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD)
    table.add_column("xã · commune")
    places: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        area = row.get("area") or {"code": "~", "name": "không xác định · no place on this map"}
        places.setdefault((area["code"], area["name"]), {})[row["row"]] = row
    shown = [name for name in _BY_AREA if any(name in found for found in places.values())]
    for name in shown:
        titles = next(found[name]["title"] for found in places.values() if name in found)
        table.add_column(f"{titles['vi']}\n{titles['en']}", justify="right")
    for (_, name), found in sorted(places.items(), key=lambda place: place[0]):
        # The province has 75 communes, and the story happens in eight of them.
        if not any(found[one]["value"] for one in shown if one in found):
            continue
        table.add_row(name, *(_figure(found[one])[0] if one in found else "0" for one in shown))
    return table


def _name_missing(console: Console, impact: Mapping[str, Any]) -> None:
    for missing in impact["missing"]:
        console.print(f"[yellow]{missing['service']} is missing from it: {missing['reason']}[/]")
