"""Nobody of the story lives, and nothing is given that was not received."""

from collections import Counter
from datetime import UTC, date, datetime

from demo.draw import uuid7
from demo.giving import TET
from demo.people import Member
from demo.rounds import RATION
from demo.story import story


def test_identity_numbers_stand_where_no_number_was_ever_given() -> None:
    members = [member for household in story().households for member in household.members]
    numbered = [member for member in members if member.identity_number]
    assert len(numbered) > len(members) / 2
    for member in numbered:
        number = str(member.identity_number)
        century, woman = divmod(int(number[3]), 2)
        assert number[6:9] == "999"
        assert 1900 + 100 * century + int(number[4:6]) == member.birth_date.year
        assert bool(woman) == (member.sex == "female")


def test_a_person_of_the_story_has_no_telephone_and_no_address() -> None:
    assert not {"phone", "address"} & set(Member.__dataclass_fields__)


def test_the_households_are_as_many_people_as_the_story_says() -> None:
    assert sum(len(household.members) for household in story().households) == 8618


def test_what_a_campaign_gives_it_has_received_before_in_the_same_kind() -> None:
    held: Counter[tuple[object, str]] = Counter()
    days: list[tuple[date, int, object, str, int]] = [
        (gift.received_on, 0, gift.campaign, gift.unit, gift.amount) for gift in story().donations
    ]
    for planned in story().rounds:
        if planned.kind == "gift":
            unit, given = "VND", planned.money * len(planned.households)
        else:
            eating = sum(household.size_on(planned.given_on) for household in planned.households)
            unit, given = "kg", eating * RATION
        days.append((planned.given_on, 1, planned.campaign, unit, -given))
    for _, _, campaign, unit, amount in sorted(days, key=lambda one: one[:2]):
        held[campaign, unit] += amount
        assert held[campaign, unit] >= 0


def test_an_id_follows_from_what_it_is_for_and_has_the_form_of_uuid7() -> None:
    day = date(2021, 1, 4)
    assert uuid7("campaign", "tet", day=day) == TET.id
    assert uuid7("campaign", "rice", day=day) != TET.id
    assert TET.id.version == 7
    assert datetime.fromtimestamp((TET.id.int >> 80) / 1000, UTC).date() == day
