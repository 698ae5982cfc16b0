"""The rule on the noun, and that the database applies the same one."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kit.database import Database, RowScope
from kit.values.ids import new_id
from services.beneficiaries.reviews import judging
from services.beneficiaries.reviews.scoring import Form, PointsMissingError, judge
from services.beneficiaries.standards.models import PointTable, Rules
from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON
from tests.services.beneficiaries.reviews.conftest import INDICATORS

RULES = Rules(new_id(), "s", 1, 1_500_000, 2_000_000, 3, tuple(INDICATORS))
POINTS = PointTable(new_id(), "s", 1, 140, 175, 10, 30, {"cow": 20, "hut": 90, "car": 200})


@pytest.mark.parametrize(("urban", "status"), [(False, "none"), (True, "poor")])
def test_a_town_has_lines_of_its_own(*, urban: bool, status: str) -> None:
    deprived = frozenset(INDICATORS[:3])
    for form in (Form("estimate", deprived, income=1_900_000), Form("points", deprived, income_points=170)):
        assert judge(form, RULES, POINTS, urban=urban).status == status


def test_ticked_items_are_added_up() -> None:
    found = judge(Form("items", frozenset(), items=frozenset({"cow", "hut"})), RULES, POINTS, urban=False)
    assert (found.status, found.income_points, found.low_income) == ("near_poor", 110, True)


def test_points_without_a_table_are_refused() -> None:
    with pytest.raises(PointsMissingError):
        judge(Form("points", frozenset(), income_points=1), RULES, None, urban=False)


codes = [f"lack_{number}" for number in range(8)]
items = ["cow", "hut", "car", "boat"]
forms = st.builds(
    Form,
    way=st.sampled_from(["estimate", "points", "items"]),
    deprived=st.frozensets(st.sampled_from(codes)),
    income=st.integers(0, 30),
    income_points=st.integers(-5, 30),
    items=st.frozensets(st.sampled_from(items)),
).map(
    lambda form: Form(
        form.way,
        form.deprived,
        form.income if form.way == "estimate" else None,
        form.income_points if form.way == "points" else None,
        form.items if form.way == "items" else frozenset(),
    )
)
lines = st.integers(1, 20)


@st.composite
def standards(draw: st.DrawFn) -> tuple[Rules, PointTable]:
    rules = Rules(
        new_id(),
        "decree-07-2021",
        draw(st.integers(2, 1 << 30)),
        draw(lines),
        draw(lines),
        draw(st.integers(0, 8)),
        tuple(codes),
    )
    points = PointTable(
        new_id(), rules.standard, rules.version, draw(lines), draw(lines), draw(st.integers(1, 12)),
        draw(st.integers(0, 60)), {item: draw(st.integers(-10, 20)) for item in items},
    )  # fmt: skip
    return rules, points


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=standards(), filled=st.lists(forms, min_size=1, max_size=20), urban=st.booleans())
async def test_the_database_classifies_a_whole_review_as_the_noun_does_each_form(
    registry: Service, made: tuple[Rules, PointTable], filled: list[Form], *, urban: bool
) -> None:
    rules, points = made
    database: Database = registry.app.state.database
    async with database.transaction(RowScope.everything("test")) as session:
        review, cases = await written(session, rules, points, filled, urban=urban)
        await judging.classify(session, review)
        rows = (await session.execute(text("select * from review_cases where campaign_id = :id"), {"id": review})).all()
        await session.rollback()
    found = {row.id: row._mapping for row in rows}
    for case, form in zip(cases, filled, strict=True):
        expected = judge(form, rules, points, urban=urban)
        row = found[case]
        assert (row["class"], row["low_income"], row["deprivations"]) == (
            expected.status,
            expected.low_income,
            expected.deprivations,
        )
        assert (row["income_points"], row["deprivation_points"]) == (
            expected.income_points,
            expected.deprivation_points,
        )


async def written(
    session: Any, rules: Rules, points: PointTable, filled: list[Form], *, urban: bool
) -> tuple[Any, list[Any]]:
    """Write a standard, a review under it and its forms, in a transaction that is rolled back; return their ids."""
    run = session.execute
    seen = "1990-01-01"
    await run(
        text(
            "insert into poverty_rules (id, standard, version, confidence, source, income_rural, income_urban,"
            f" deprivations, entered_by, recorded_from, recorded_to) values (:id, :s, :v, 'open', 'x', :r, :u, :d, 'x', '{seen}', '{seen} 12:00')"
        ),
        {
            "id": rules.id,
            "s": rules.standard,
            "v": rules.version,
            "r": rules.income_rural,
            "u": rules.income_urban,
            "d": rules.deprivations,
        },
    )
    await run(
        text(
            "insert into poverty_indicators select :id, c, n, 'x', 'x', 'x', 'x', 'x', 'open', 'x'"
            " from unnest(cast(:codes as text[])) with ordinality as i (c, n)"
        ),
        {"id": rules.id, "codes": codes},
    )
    await run(
        text(
            "insert into point_tables (id, standard, version, confidence, source, income_rural, income_urban,"
            " per_deprivation, deprivation_line, entered_by, recorded_from, recorded_to)"
            f" values (:id, :s, :v, 'open', 'x', :r, :u, :p, :l, 'x', '{seen}', '{seen} 12:00')"
        ),
        {"id": points.id, "s": points.standard, "v": points.version, "r": points.income_rural, "u": points.income_urban,
         "p": points.per_deprivation, "l": points.deprivation_line},
    )  # fmt: skip
    await run(
        text("insert into point_items values (:id, :c, 'x', 'x', 'x', :p)"),
        [{"id": points.id, "c": item, "p": worth} for item, worth in points.items.items()],
    )
    review = new_id()
    await run(
        text(
            "insert into review_campaigns (id, code, area_id, kind, year, month, urban, standard, rules_id, points_id,"
            " terms_id, list_on, opens_on, due_on, state, opened_by, prepared_by, version)"
            " select :id, 'RV-x', :area, 'yearly', 2025, 0, :urban, :s, :rules, :points, t.id, '2025-09-01',"
            " '2025-09-01', '2025-12-14', 'listed', 'x', '{x}', 1 from review_terms t where t.kind = 'yearly'"
        ),
        {"id": review, "area": MAI_SON, "urban": urban, "s": rules.standard, "rules": rules.id, "points": points.id},
    )
    cases = [new_id() for _ in filled]
    for case, form in zip(cases, filled, strict=True):
        home, sheet = new_id(), new_id()
        common = {"review": review, "case": case, "home": home, "form": sheet}
        await run(
            text(
                "insert into households (id, code, area_id, village, registered_on, names, version)"
                " values (:home, gen_random_uuid()::text, :area, 'x', '2025-08-01', '', 1)"
            ),
            common | {"area": MAI_SON},
        )
        await run(
            text(
                "insert into review_cases (id, campaign_id, household_id, origin, village, status_before, state)"
                " values (:case, :review, :home, 'list', 'x', 'poor', 'scored')"
            ),
            common,
        )
        await run(
            text(
                "insert into review_forms (id, case_id, campaign_id, round, way, income, income_points, scored_on, scored_by)"
                " values (:form, :case, :review, 1, :way, :income, :points, '2025-10-01', 'x')"
            ),
            common | {"way": form.way, "income": form.income, "points": form.income_points},
        )
        await run(
            text("insert into review_form_deprivations select :form, :review, :rules, unnest(cast(:codes as text[]))"),
            common | {"rules": rules.id, "codes": sorted(form.deprived)},
        )
        await run(
            text("insert into review_form_items select :form, :review, :points, unnest(cast(:codes as text[]))"),
            common | {"points": points.id, "codes": sorted(form.items)},
        )
    return review, cases
