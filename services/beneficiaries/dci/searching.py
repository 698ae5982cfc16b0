"""Answer the items of a search: read, count, shape, and write down what was disclosed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.identity import Actor
from kit.values.dates import today
from services.beneficiaries.dci import criteria, queries
from services.beneficiaries.dci.answers import REG_TYPE, VERSION, Json, moment
from services.beneficiaries.dci.attributes import Entity
from services.beneficiaries.dci.envelope import PagesAsked, SearchCriteria, SearchItem
from services.beneficiaries.dci.records import Record, Shaping
from services.beneficiaries.dci.refusals import HeaderRefused, Refused
from services.beneficiaries.partners.models import Partner

_ENTITIES: Final[dict[str, Entity]] = {
    "group": "Group",
    "srgroup": "Group",
    "household": "Group",
    "member": "Member",
    "srmember": "Member",
    "person": "Member",
    "srperson": "Member",
}
_REGISTRIES: Final = frozenset({"social", "sr", "socialregistry", "social_registry"})
_DEEPEST: Final = 100_000
_MOST_REFUSED: Final = 20
_LONGEST_REFERENCE: Final = 99
_AHEAD: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Asking:
    """Who asks, and what is needed to answer."""

    partner: Partner
    by: Actor
    vault: Vault
    public_url: str

    @property
    def shaping(self) -> Shaping:
        return Shaping(self.partner.given, self.vault, self.public_url)


@dataclass(frozen=True)
class _Found:
    item: SearchItem
    search: queries.Search
    total: int
    ids: list[UUID]


async def answer(session: AsyncSession, asking: Asking, items: Sequence[SearchItem]) -> list[Json]:
    """Return one answer for each item, in their order; a refused item costs no other.

    Statements: one for each item, and at most three for the records of all. Errors: HeaderRefused (errors.too_many).
    """
    day = today()
    seen: set[str] = set()
    outcomes: list[_Found | Refused] = []
    for item in items:
        try:
            _check_reference(item.reference_id, seen)
            check_timestamp(item.timestamp)
            search = understood(item.search_criteria, item.pagination, asking.partner)
            total, ids = await queries.search(session, search, asking.vault, day)
            _check_size(item, search, total)
            outcomes.append(_Found(item, search, total, ids))
        except Refused as refusal:
            outcomes.append(refusal)
    if sum(isinstance(outcome, Refused) for outcome in outcomes) > _MOST_REFUSED:
        raise HeaderRefused("rjct.errors.too_many", f"more than {_MOST_REFUSED} items are refused")
    found = [outcome for outcome in outcomes if isinstance(outcome, _Found)]
    shaped = await records(session, asking, _wanted(found, "Group"), _wanted(found, "Member"), day)
    for outcome in found:
        await _disclosed(session, asking, outcome)
    return [
        _refused(item, outcome) if isinstance(outcome, Refused) else _given(outcome, shaped)
        for item, outcome in zip(items, outcomes, strict=True)
    ]


def understood(asked: SearchCriteria, beside: PagesAsked | None, partner: Partner) -> queries.Search:
    """Return the search that the criteria ask for. Errors: Refused."""
    if asked.version != VERSION:
        raise Refused("rjct.search_criteria.invalid", f"the version here is {VERSION}")
    if asked.reg_type is not None and _last(asked.reg_type) not in _REGISTRIES:
        raise Refused("rjct.search_criteria.invalid", "this is a social registry")
    if asked.reg_event_type is not None and _last(asked.reg_event_type) != "register":
        raise Refused("rjct.search_criteria.invalid", "events are subscribed to, not searched for")
    node, collection = criteria.read(asked.query_type, asked.query, partner.given)
    entity = _entity(asked.response_entity or asked.reg_record_type or collection or "Group")
    order = criteria.ordering([(sort.attribute_name, sort.sort_order) for sort in asked.sort or []], partner.given)
    if entity == "Group" and any(attribute.of_person for attribute, _ in order):
        raise Refused("rjct.sort.invalid", "households are not sorted by what their members differ in")
    pages = asked.pagination or beside
    size = partner.most_records if pages is None else pages.page_size
    offset = 0 if pages is None else (pages.page_number - 1) * pages.page_size
    if size > partner.most_records:
        raise Refused("rjct.pagination.invalid", f"at most {partner.most_records} records on a page")
    if offset > _DEEPEST:
        raise Refused("rjct.pagination.invalid", f"pages go as deep as {_DEEPEST} records")
    return queries.Search(node, order, entity, partner.needs_consent, size, offset)


def _entity(name: str) -> Entity:
    found = _ENTITIES.get(_last(name))
    if found is None:
        raise Refused("rjct.search_criteria.invalid", "records here are Group and Member")
    return found


def _last(name: str) -> str:
    return name.rsplit(":", 1)[-1].casefold()


def _check_reference(reference: str, seen: set[str]) -> None:
    if not 0 < len(reference.strip()) <= _LONGEST_REFERENCE or not reference.isprintable():
        raise Refused("rjct.reference_id.invalid", f"a reference_id has 1 to {_LONGEST_REFERENCE} printable characters")
    if reference in seen:
        raise Refused("rjct.reference_id.duplicate", "this reference_id stands twice in the message")
    seen.add(reference)


def check_timestamp(told: datetime) -> None:
    """Errors: Refused."""
    if told > datetime.now(UTC) + _AHEAD:
        raise Refused("rjct.timestamp.invalid", "the timestamp is in the future")


def _check_size(item: SearchItem, search: queries.Search, total: int) -> None:
    unpaged = item.search_criteria.pagination is None and item.pagination is None
    if unpaged and total > search.limit:
        raise Refused("rjct.search.too_many_records_found", f"more than {search.limit}: ask for pages, or for less")


def _wanted(found: Sequence[_Found], entity: Entity) -> list[UUID]:
    return [row_id for outcome in found if outcome.search.entity == entity for row_id in outcome.ids]


async def records(
    session: AsyncSession, asking: Asking, groups: Sequence[UUID], members: Sequence[UUID], day: date
) -> dict[UUID, Record]:
    """Return the records of households and of people by id, with what the partner may be given."""
    shaping = asking.shaping
    shaped: dict[UUID, Record] = {}
    if groups:
        households = await queries.groups(session, groups, day)
        inside = await queries.members_of(session, list(households), day)
        shaped |= {row_id: shaping.group(row, inside[row_id]) for row_id, row in households.items()}
    if members:
        people = await queries.people(session, members, day)
        shaped |= {row_id: shaping.member(row) for row_id, row in people.items()}
    return shaped


async def _disclosed(session: AsyncSession, asking: Asking, found: _Found) -> None:
    """Write who was given whom: the kind of question, never its values."""
    facts: dict[str, Any] = {
        "query_type": found.item.search_criteria.query_type,
        "entity": found.search.entity,
        "basis": asking.partner.basis,
        "attributes": list(asking.partner.given),
        "matched": found.total,
        "given": [str(row_id) for row_id in found.ids],
    }
    await audit.record(session, asking.by, "dci.disclosed", "dci_partner", asking.partner.id, facts)


def _line(item: SearchItem, status: str) -> Json:
    line = {"reference_id": item.reference_id, "timestamp": moment(), "status": status}
    return line if item.locale is None else line | {"locale": item.locale}


def _refused(item: SearchItem, refusal: Refused) -> Json:
    reason = {"status_reason_code": refusal.reason, "status_reason_message": refusal.message}
    return _line(item, "rjct") | reason


def _given(found: _Found, shaped: dict[UUID, Record]) -> Json:
    search = found.search
    # Whoever left between the two statements is left out.
    kept = [shaped[row_id] for row_id in found.ids if row_id in shaped]
    return _line(found.item, "succ") | {
        "data": {
            "version": VERSION,
            "reg_type": REG_TYPE,
            "reg_record_type": search.entity,
            "reg_records": kept,
        },
        "pagination": {
            "page_size": search.limit,
            "page_number": search.offset // search.limit + 1,
            "total_count": found.total,
        },
    }
