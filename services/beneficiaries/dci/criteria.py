"""Queries of the three types, read into one kind of condition. Values stay values: they are only ever bound."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, Literal, cast

from services.beneficiaries.dci.attributes import ATTRIBUTES, IDENTIFIERS, Attribute, Operator
from services.beneficiaries.dci.refusals import Refused
from services.beneficiaries.dci.values import value_of

_MOST_CONDITIONS: Final = 50
_DEEPEST: Final = 6
_MOST_VALUES: Final = 100
_OPERATORS: Final[dict[str, Operator]] = {
    "$eq": "eq",
    "$lt": "lt",
    "$gt": "gt",
    "$le": "le",
    "$lte": "le",
    "$ge": "ge",
    "$gte": "ge",
    "$in": "in",
}
_PLAIN: Final = {name.removeprefix("$"): operator for name, operator in _OPERATORS.items()}


@dataclass(frozen=True)
class Condition:
    """One comparison; `values` has one value, or with `in` several, each of the attribute's kind."""

    attribute: Attribute
    operator: Operator
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Every:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    part: "Node"


Node = Condition | Every | Either | Not


def read(query_type: str, query: Any, given: Collection[str]) -> tuple[Node, str | None]:
    """Return the condition, and the collection that an expression names (None elsewhere).

    given: what the partner may be given. Errors: Refused (search_criteria.invalid, filter.invalid).
    """
    collection = None
    if query_type == "idtype-value":
        node = _identifier(query, given)
    elif query_type == "expression":
        node, collection = _expression(query, given)
    else:
        node = _predicates(query, given)
    if sum(1 for _ in conditions(node)) > _MOST_CONDITIONS:
        raise Refused("rjct.filter.invalid", f"at most {_MOST_CONDITIONS} conditions")
    return node, collection


def conditions(node: Node) -> Iterator[Condition]:
    match node:
        case Condition():
            yield node
        case Not():
            yield from conditions(node.part)
        case Every() | Either():
            for part in node.parts:
                yield from conditions(part)


def _identifier(query: Any, given: Collection[str]) -> Node:
    if not isinstance(query, Mapping) or not isinstance(query.get("type"), str) or "value" not in query:
        raise Refused("rjct.search_criteria.invalid", "an idtype-value query is an object with type and value")
    name = IDENTIFIERS.get(query["type"].rsplit(":", 1)[-1].casefold())
    if name is None:
        raise Refused("rjct.search_criteria.invalid", f"identifier types here are {', '.join(sorted(IDENTIFIERS))}")
    return _condition(name, "eq", query["value"], given)


def _expression(query: Any, given: Collection[str]) -> tuple[Node, str | None]:
    value = query.get("value") if isinstance(query, Mapping) else None
    expression = value.get("expression") if isinstance(value, Mapping) else None
    if not isinstance(expression, Mapping) or not isinstance(expression.get("query"), Mapping):
        raise Refused("rjct.search_criteria.invalid", "an expression is at query.value.expression, its query an object")
    unknown = set(expression) - {"collection", "query"}
    if unknown:
        raise Refused("rjct.search_criteria.invalid", "an expression has collection and query, nothing else")
    collection = expression.get("collection")
    if collection is not None and not isinstance(collection, str):
        raise Refused("rjct.search_criteria.invalid", "collection is Group or Member")
    return _operand(expression["query"], given, _DEEPEST), collection


def _operand(written: Any, given: Collection[str], depth: int) -> Node:
    if not isinstance(written, Mapping) or not written:
        raise Refused("rjct.filter.invalid", "a condition is an object that is not empty")
    if depth == 0:
        raise Refused("rjct.filter.invalid", f"conditions nest at most {_DEEPEST} deep")
    parts = [_entry(str(name), inner, given, depth) for name, inner in written.items()]
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _entry(name: str, inner: Any, given: Collection[str], depth: int) -> Node:
    if name in {"$and", "$or"}:
        if not isinstance(inner, list) or not 0 < len(inner) <= _MOST_CONDITIONS:
            raise Refused("rjct.filter.invalid", f"{name} takes a list that is not empty")
        parts = tuple(_operand(part, given, depth - 1) for part in inner)
        return Every(parts) if name == "$and" else Either(parts)
    if name == "$not":
        return Not(_operand(inner, given, depth - 1))
    if name.startswith("$"):
        raise Refused("rjct.filter.invalid", "operators here are $and, $or, $not, $eq, $lt, $gt, $le, $ge and $in")
    if not isinstance(inner, Mapping):
        return _condition(name, "eq", inner, given)
    if not inner:
        raise Refused("rjct.filter.invalid", "a condition is an object that is not empty")
    parts = tuple(_condition(name, _OPERATORS.get(str(sign)), value, given) for sign, value in inner.items())
    return parts[0] if len(parts) == 1 else Every(parts)


def _predicates(query: Any, given: Collection[str]) -> Node:
    """Read a list of predicates, in the order of `seq_num`.

    Within an entry the condition joins its two expressions. An entry with one expression and a condition is joined to
    the next entry by it; all others are joined by `and`, and `not` with one expression negates it.
    """
    if not isinstance(query, list) or not 0 < len(query) <= _MOST_CONDITIONS:
        raise Refused("rjct.search_criteria.invalid", "a predicate query is a list that is not empty")
    if not all(isinstance(entry, Mapping) and isinstance(entry.get("expression1"), Mapping) for entry in query):
        raise Refused("rjct.search_criteria.invalid", "every predicate has an expression1")
    entries = sorted(query, key=_sequence)
    joined = _predicate(entries[0], given)
    for before, entry in pairwise(entries):
        node = _predicate(entry, given)
        by = _joint(before) if before.get("expression2") is None else "and"
        joined = Either((joined, node)) if by == "or" else Every((joined, node))
    return joined


def _sequence(entry: Mapping[str, Any]) -> Decimal:
    number = entry.get("seq_num", 0)
    try:
        place = Decimal(str(number))
    except InvalidOperation:
        place = Decimal("NaN")
    if isinstance(number, bool) or not place.is_finite():
        raise Refused("rjct.search_criteria.invalid", "seq_num is a number")
    return place


def _joint(entry: Mapping[str, Any]) -> Literal["and", "or", "not"]:
    by = entry.get("condition") or "and"
    if by not in ("and", "or", "not"):
        raise Refused("rjct.filter.invalid", "a condition is and, or, not")
    return cast("Literal['and', 'or', 'not']", by)


def _predicate(entry: Mapping[str, Any], given: Collection[str]) -> Node:
    first, by = _compared(entry["expression1"], given), _joint(entry)
    if entry.get("expression2") is None:
        return Not(first) if by == "not" else first
    second = _compared(entry["expression2"], given)
    if by == "or":
        return Either((first, second))
    return Every((first, Not(second) if by == "not" else second))


def _compared(expression: Any, given: Collection[str]) -> Condition:
    if (
        not isinstance(expression, Mapping)
        or not {"attribute_name", "operator", "attribute_value"} <= expression.keys()
    ):
        raise Refused("rjct.filter.invalid", "an expression has attribute_name, operator and attribute_value")
    sign, value = expression["operator"], expression["attribute_value"]
    if sign == "in" and isinstance(value, str):
        # Lists are told as text where a client's type for values has no list.
        value = _told_list(value)
    return _condition(expression["attribute_name"], _PLAIN.get(str(sign)), value, given)


def _told_list(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",")]


def _condition(name: Any, operator: Operator | None, value: Any, given: Collection[str]) -> Condition:
    attribute = ATTRIBUTES.get(name.casefold()) if isinstance(name, str) else None
    # One answer for what does not exist, what is never asked about, and what this partner is not given.
    if attribute is None or not attribute.may_be_asked(given):
        raise Refused("rjct.filter.invalid", "this attribute cannot be asked about")
    if operator is None or operator not in attribute.operators:
        raise Refused("rjct.filter.invalid", f"operators of this attribute are {', '.join(attribute.operators)}")
    if operator != "in":
        return Condition(attribute, operator, (value_of(attribute, value),))
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_VALUES:
        raise Refused("rjct.filter.invalid", f"`in` takes a list of 1 to {_MOST_VALUES} values")
    return Condition(attribute, operator, tuple(value_of(attribute, one) for one in value))


def ordering(sort: Sequence[tuple[str, str]], given: Collection[str]) -> tuple[tuple[Attribute, bool], ...]:
    """Return attributes and whether each descends. Errors: Refused (sort.invalid)."""
    found: list[tuple[Attribute, bool]] = []
    for name, order in sort:
        attribute = ATTRIBUTES.get(name.casefold())
        if attribute is None or not attribute.sortable or not attribute.may_be_asked(given):
            raise Refused("rjct.sort.invalid", "this attribute cannot be sorted by")
        if any(attribute is known for known, _ in found):
            raise Refused("rjct.sort.invalid", "an attribute is named twice")
        found.append((attribute, order == "desc"))
    return tuple(found)
