"""The problem document itself (RFC 9457)."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field

Language = Literal["vi", "en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Problem(Exception):  # noqa: N818 - the field's name for it (RFC 9457)
    """Something went wrong."""

    status: ClassVar[HTTPStatus]
    vi: ClassVar[str]
    fr: ClassVar[str]
    detail_en: ClassVar[str | None] = None
    detail_vi: ClassVar[str | None] = None
    detail_fr: ClassVar[str | None] = None

    def __init__(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        **facts: object,
    ) -> None:
        """Fill the detail's template with `facts`; `errors` are `{"pointer", "code", "detail": {language: text}}`."""
        super().__init__(self.title("en"))
        self.headers = dict(headers or {})
        self.errors = list(errors)
        self.facts = facts

    @classmethod
    def slug(cls) -> str:
        return _CAPITAL.sub("-", cls.__name__).lower()

    @classmethod
    def title(cls, language: Language) -> str:
        if language == "en":
            return (cls.__doc__ or cls.__name__).strip().splitlines()[0]
        return cls.vi if language == "vi" else cls.fr

    def detail(self, language: Language) -> str | None:
        template = {"en": self.detail_en, "vi": self.detail_vi, "fr": self.detail_fr}[language]
        # Raised for a database constraint it has no facts: the title alone says it.
        return template.format(**self.facts) if template and self.facts else None

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """Return what the page `/problems/<slug>` says of this class."""
        return {"status": int(cls.status), "title": {language: cls.title(language) for language in LANGUAGES}}


def render(problem: Problem, language: Language, request_id: str) -> bytes:
    """Return the JSON body; usable where no framework is at hand."""
    kind = type(problem)
    body: dict[str, Any] = {
        "type": f"/problems/{kind.slug()}",
        "title": kind.title(language),
        "status": int(kind.status),
        "code": kind.slug(),
        "request_id": request_id,
    }
    detail = problem.detail(language)
    if detail:
        body["detail"] = detail
    if problem.errors:
        body["errors"] = [{**error, "detail": error["detail"][language]} for error in problem.errors]
    return orjson.dumps(body)


def language_of(accept_language: str | None) -> Language:
    """Return the best of our languages for an `Accept-Language` header; Vietnamese where nothing else is asked."""
    best: tuple[float, Language] = (0.0, "vi")
    for item in (accept_language or "").split(",")[:16]:
        tag, _, weight = item.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        for language in LANGUAGES:
            if primary == language and quality > best[0]:
                best = (quality, language)
    return best[1]


class ErrorItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pointer: str = Field(description="JSON pointer into the body, or `#query/<name>`, `#path/<name>`, `#header/<name>`")
    code: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, in Vietnamese, English or French by `Accept-Language`."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=["/problems/not-found"])
    title: str
    status: int
    code: str = Field(examples=["not-found"])
    request_id: str
    detail: str | None = None
    errors: list[ErrorItem] | None = None


MEDIA_TYPE = "application/problem+json"


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses=` of a route that may refuse with these."""
    by_status: dict[int, list[type[Problem]]] = {}
    for kind in kinds:
        by_status.setdefault(int(kind.status), []).append(kind)
    return {
        status: {
            "description": " · ".join(f"`{kind.slug()}`: {kind.title('en')}" for kind in group),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemDocument"},
                    "examples": {kind.slug(): {"value": _example(kind)} for kind in group},
                }
            },
        }
        for status, group in sorted(by_status.items())
    }


def _example(kind: type[Problem]) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.slug()}",
        "title": kind.title("en"),
        "status": int(kind.status),
        "code": kind.slug(),
        "request_id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11",
    }
