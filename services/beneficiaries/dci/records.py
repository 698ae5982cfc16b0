"""Records as the standard's Group and Member (social extension), with what a partner may be given."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final, get_args

from kit.crypto import Vault
from services.beneficiaries.dci.attributes import SCORE_TYPE, SCORES
from services.beneficiaries.partners.schemas import Given

CONTEXT: Final = {
    "spdci": "https://schema.spdci.org/extensions/social/v1/",
    "common": "https://schema.spdci.org/common/v1/",
}
_WRITTEN: Final = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_ASKED: Final = frozenset(get_args(Given))
Record = dict[str, Any]


class Shaping:
    """Writes records for one partner: `given` names what it may be given, `at` is our public address."""

    def __init__(self, given: Collection[str], vault: Vault, at: str) -> None:
        self._given = given
        self._vault = vault
        self._at = at.rstrip("/")

    def group(self, household: Any, members: Sequence[Any]) -> Record:
        """Return a household; parts that are not given are absent, never empty."""
        heads = [person for person in members if person.relation == "head"]
        whole: Record = {
            "@context": CONTEXT,
            "@id": f"{self._at}/v1/beneficiaries/households/{household.id}",
            "@type": "spdci:Group",
            "group_identifier": [_identifier("HOUSEHOLD_ID", household.code)],
            "group_type": "household",
            "place": _place(household),
            "poverty_score": SCORES[household.status],
            "poverty_score_type": SCORE_TYPE if household.standard is None else f"{SCORE_TYPE}:{household.standard}",
            "group_head_info": self.member(heads[0]) if heads else None,
            "group_size": household.members,
            "member_list": [self.member(person) for person in members] if "member_list" in self._given else [],
            "registration_date": _moment(household.registered_on),
            "last_updated": household.changed_at.isoformat(timespec="seconds"),
        }
        return self._allowed(whole)

    def member(self, person: Any) -> Record:
        """Return a person as a member of a household."""
        identifiers = [_identifier("PERSON_ID", str(person.id))]
        number = self._number(person)
        if number is not None:
            identifiers.append(_identifier("UIN", number))
        surname, _, given_name = person.full_name.partition(" ")
        about: Record = {
            "@type": "spdci:SRPerson",
            "identifier": identifiers,
            # Vietnamese names begin with the family's; what follows is given.
            "name": {"@type": "Name", "surname": surname, "given_name": given_name},
            "sex": person.sex,
            "birth_date": person.birth_date.strftime(_WRITTEN[person.birth_precision]),
        }
        return {
            "@type": "spdci:Member",
            "@id": f"{self._at}/v1/beneficiaries/people/{person.id}",
            "member_identifier": identifiers,
            "demographic_info": self._allowed(about),
            "relationship_to_head": person.relation,
            "group_identifier": [_identifier("HOUSEHOLD_ID", person.household_code)],
            "registration_date": _moment(person.joined_on),
        }

    def _number(self, person: Any) -> str | None:
        if "identity_number" not in self._given or person.identity_sealed is None:
            return None
        return self._vault.open(person.identity_sealed, context=f"people.identity_number:{person.id}")

    def _allowed(self, whole: Record) -> Record:
        kept = {name: value for name, value in whole.items() if name not in _ASKED or name in self._given}
        if "poverty_score" not in kept:
            kept.pop("poverty_score_type", None)
        return {name: value for name, value in kept.items() if value is not None}


def _identifier(kind: str, value: str) -> Record:
    return {"@type": "Identifier", "identifier_type": kind, "identifier_value": value}


def _place(household: Any) -> Record:
    place: Record = {
        "@type": "Place",
        "address": f"{household.village}, {household.area_name}",
        "area_code": household.area_code,
    }
    if household.latitude is not None and household.longitude is not None:
        # The commune's point, not the house's.
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": str(household.latitude),
            "longitude": str(household.longitude),
        }
    return place


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat(timespec="seconds")
