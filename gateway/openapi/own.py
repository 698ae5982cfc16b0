"""The part of the public interface that the gateway answers itself, and what it adds to every operation."""

from typing import Any

from gateway.errors import OWN
from kit.problems import Forbidden, Invalid, TooManyRequests, Unauthenticated, Unavailable, problems
from kit.problems.problem import ProblemDocument

_DAY = {
    "type": "string",
    "format": "date",
    "pattern": "^(19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$",
    "description": "A day from 1900-01-01 to 2200-12-31",
}
_EXAMPLE = {
    "from": "2021-01-01",
    "to": "2025-06-30",
    "as_of": "2025-06-30",
    "by": "none",
    "rows": [
        {
            "service": "beneficiaries",
            "row": "poverty_rate",
            "title": {"vi": "Tỷ lệ hộ nghèo", "en": "Poverty rate", "fr": "Taux de pauvreté"},
            "counts": "poor households in 10,000 households on the last day",
            "value": 1286,
            "unit": "basis points",
            "area": None,
            "suppressed": False,
        },
        {
            "service": "funds",
            "row": "rice_kg",
            "title": {"vi": "Gạo cứu đói", "en": "Rice against hunger", "fr": "Riz contre la faim"},
            "counts": "rice in approved rations and gifts, to the nearest kg",
            "value": 96700,
            "unit": "kg",
            "area": None,
            "suppressed": False,
        },
    ],
    "missing": [{"service": "loans", "reason": "unavailable"}],
}
_PARAMETERS = (
    ("from", _DAY, "First day of the period; 2021-01-01 where nothing is said", "2021-01-01"),
    ("to", _DAY, "Last day of the period; today in Vietnam where nothing is said", "2025-06-30"),
    (
        "as_of",
        _DAY,
        "The day whose communes and districts the rows are counted under; today where nothing is said",
        None,
    ),
    (
        "by",
        {"type": "string", "enum": ["none", "area"], "default": "none"},
        "`none` gives one row for each figure, `area` one for each figure and area; `area` needs a token",
        "none",
    ),
)


def _row() -> dict[str, Any]:
    text = {"type": "string"}
    area = {"type": "object", "properties": {"id": {**text, "format": "uuid"}, "code": text, "name": text}}
    titles = {"type": "object", "required": ["vi", "en", "fr"], "properties": {"vi": text, "en": text, "fr": text}}
    return {
        "type": "object",
        "description": "One figure; a service may say more of it than is named here",
        "required": ["service", "row", "counts"],
        "properties": {
            "service": {**text, "description": "Who computed it"},
            "row": {**text, "description": "The figure's fixed name"},
            "title": titles,
            "counts": {**text, "description": "What is counted: payment turns and distinct people are different rows"},
            "value": {
                "type": ["integer", "null"],
                "description": "null where nothing can be said, or where 1 to 4 households could be recognised",
            },
            "unit": text,
            "area": {"anyOf": [area, {"type": "null"}], "description": "null for all areas together"},
            "suppressed": {"type": "boolean", "description": "The value is withheld to protect households"},
        },
        "additionalProperties": True,
    }


def _schemas() -> dict[str, Any]:
    document = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    described = {**document.pop("$defs", {}), "ProblemDocument": document}
    text = {"type": "string"}
    missing = {
        "type": "object",
        "required": ["service", "reason"],
        "properties": {
            "service": text,
            "reason": {
                "type": "string",
                "enum": ["unavailable", "timeout", "unauthenticated", "forbidden", "refused", "bad-answer"],
            },
        },
        "additionalProperties": False,
    }
    impact = {
        "type": "object",
        "required": ["from", "to", "as_of", "by", "rows", "missing"],
        "properties": {
            "from": _DAY,
            "to": _DAY,
            "as_of": _DAY,
            "by": {"type": "string", "enum": ["none", "area"]},
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/ImpactRow"}},
            "missing": {"type": "array", "items": {"$ref": "#/components/schemas/ImpactMissing"}},
        },
        "additionalProperties": False,
    }
    return {**described, "Impact": impact, "ImpactRow": _row(), "ImpactMissing": missing}


def own_document() -> dict[str, Any]:
    """Return it in the shape of a service's document, so that it is merged like one."""
    refusals = problems(Unauthenticated, Forbidden, Invalid, TooManyRequests, Unavailable)
    operation = {
        "tags": ["Impact of all services"],
        "operationId": "impact",
        "summary": "What has been done, in figures computed from the records",
        "description": (
            "Asks the three services at once and puts their rows together. A service that does not answer is named in "
            "`missing`, and the rows of the others still come."
        ),
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            | ({} if example is None else {"example": example})
            for name, schema, text, example in _PARAMETERS
        ],
        "security": [{}, {"oauth2": ["impact.read"]}, {"bearer": []}],
        "responses": {
            "200": {
                "description": "The rows, and who is missing",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Impact"},
                        "example": _EXAMPLE,
                    }
                },
            },
            **{str(status): response for status, response in refusals.items()},
        },
    }
    return {
        "paths": {"/v1/impact": {"get": operation}},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "oauth2": {"type": "oauth2", "flows": {}},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "tags": [{"name": "Impact of all services", "description": "The public account of the whole movement"}],
        "x-problems": {kind.slug(): kind.describe() for kind in OWN},
    }
