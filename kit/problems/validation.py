"""What pydantic found wrong, as sentences in three languages; the refused value itself is never shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from kit.problems.generic import Invalid
from kit.problems.problem import Language

_OTHER: Mapping[Language, str] = {
    "en": "This value cannot be accepted.",
    "vi": "Giá trị này không được chấp nhận.",
    "fr": "Cette valeur ne peut être acceptée.",
}

# pydantic's error type, or its first word, to what a person reads; `{…}` comes from pydantic's context.
_SENTENCES: Mapping[str, Mapping[Language, str]] = {
    "missing": {"en": "This is needed.", "vi": "Cần có giá trị này.", "fr": "Cette valeur est requise."},
    "extra_forbidden": {
        "en": "There is no such field.",
        "vi": "Không có trường này.",
        "fr": "Ce champ n'existe pas.",
    },
    "unknown_parameter": {
        "en": "There is no such parameter.",
        "vi": "Không có tham số này.",
        "fr": "Ce paramètre n'existe pas.",
    },
    "repeated_parameter": {
        "en": "This may be given only once.",
        "vi": "Chỉ được gửi một lần.",
        "fr": "Ne peut être donné qu'une fois.",
    },
    "string": {"en": "This must be text.", "vi": "Phải là văn bản.", "fr": "Ce doit être du texte."},
    "string_too_short": {"en": "This is too short.", "vi": "Quá ngắn.", "fr": "C'est trop court."},
    "string_too_long": {
        "en": "At most {max_length} characters.",
        "vi": "Nhiều nhất {max_length} ký tự.",
        "fr": "Au plus {max_length} caractères.",
    },
    "string_pattern_mismatch": {
        "en": "This is not written in the right form.",
        "vi": "Không đúng định dạng.",
        "fr": "Ce n'est pas écrit sous la bonne forme.",
    },
    "string_unicode": {
        "en": "This contains characters that cannot be kept.",
        "vi": "Có ký tự không lưu được.",
        "fr": "Contient des caractères qui ne peuvent être conservés.",
    },
    "int": {
        "en": "This must be a whole number.",
        "vi": "Phải là số nguyên.",
        "fr": "Ce doit être un nombre entier.",
    },
    "bool": {
        "en": "This must be true or false.",
        "vi": "Phải là đúng hoặc sai.",
        "fr": "Ce doit être vrai ou faux.",
    },
    "greater_than": {"en": "Must be above {gt}.", "vi": "Phải lớn hơn {gt}.", "fr": "Doit dépasser {gt}."},
    "greater_than_equal": {"en": "At least {ge}.", "vi": "Ít nhất là {ge}.", "fr": "Au moins {ge}."},
    "less_than_equal": {"en": "At most {le}.", "vi": "Nhiều nhất là {le}.", "fr": "Au plus {le}."},
    "less_than": {
        "en": "Must be below {lt}.",
        "vi": "Phải nhỏ hơn {lt}.",
        "fr": "Doit être inférieur à {lt}.",
    },
    "date": {
        "en": "This must be a day written as 2024-01-31.",
        "vi": "Phải là ngày, viết như 2024-01-31.",
        "fr": "Ce doit être un jour écrit comme 2024-01-31.",
    },
    "datetime": {
        "en": "This must be a time written as 2024-01-31T08:00:00Z.",
        "vi": "Phải là thời điểm, viết như 2024-01-31T08:00:00Z.",
        "fr": "Ce doit être un instant écrit comme 2024-01-31T08:00:00Z.",
    },
    "uuid": {"en": "This must be a UUID.", "vi": "Phải là UUID.", "fr": "Ce doit être un UUID."},
    "enum": {"en": "One of: {expected}.", "vi": "Một trong: {expected}.", "fr": "L'un de : {expected}."},
    "literal_error": {
        "en": "One of: {expected}.",
        "vi": "Một trong: {expected}.",
        "fr": "L'un de : {expected}.",
    },
    "union_tag_invalid": {
        "en": "One of: {expected_tags}.",
        "vi": "Một trong: {expected_tags}.",
        "fr": "L'un de : {expected_tags}.",
    },
    "too_long": {
        "en": "At most {max_length} items.",
        "vi": "Nhiều nhất {max_length} mục.",
        "fr": "Au plus {max_length} éléments.",
    },
    "too_short": {
        "en": "At least {min_length} items.",
        "vi": "Ít nhất {min_length} mục.",
        "fr": "Au moins {min_length} éléments.",
    },
    "json_invalid": {"en": "This is not JSON.", "vi": "Không phải JSON.", "fr": "Ce n'est pas du JSON."},
    "model_attributes_type": {
        "en": "This must be an object.",
        "vi": "Phải là đối tượng.",
        "fr": "Ce doit être un objet.",
    },
    "dict_type": {
        "en": "This must be an object.",
        "vi": "Phải là đối tượng.",
        "fr": "Ce doit être un objet.",
    },
    "list_type": {"en": "This must be a list.", "vi": "Phải là danh sách.", "fr": "Ce doit être une liste."},
}


def invalid(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Return the 422 for pydantic's `errors`; each becomes a pointer, a code and a sentence."""
    return Invalid(errors=[_item(error) for error in list(errors)[:50]])


def one_error(pointer: str, code: str, **context: object) -> Invalid:
    """Return the 422 for a single value that only our own code could judge."""
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": sentences(code, context)}])


def _item(error: Mapping[str, Any]) -> dict[str, Any]:
    code = str(error["type"])
    return {
        "pointer": _pointer(error.get("loc", ())),
        "code": code,
        "detail": sentences(code, error.get("ctx") or {}),
    }


def sentences(code: str, context: Mapping[str, object]) -> dict[Language, str]:
    """Return what a person reads of one of pydantic's errors, by its type and context."""
    sentence = _SENTENCES.get(code) or _SENTENCES.get(code.split("_", maxsplit=1)[0]) or _OTHER
    try:
        return {language: text.format(**context) for language, text in sentence.items()}
    except KeyError:
        return dict(_OTHER)


def _pointer(loc: Iterable[str | int]) -> str:
    place, *rest = [*loc] or ["body"]
    if place != "body":
        return f"#{place}/{'/'.join(str(part) for part in rest)}"
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in rest)
