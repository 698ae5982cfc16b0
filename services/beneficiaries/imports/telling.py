"""What is wrong with a row or a file, as sentences in the reader's language."""

from collections.abc import Mapping
from typing import Any, Final

from kit.problems import Language, Problem
from kit.problems.validation import sentences
from services.beneficiaries import errors as registry
from services.beneficiaries.imports import errors
from services.beneficiaries.parents import errors as parents
from services.beneficiaries.villages.errors import VillageUnknown

_ALL: Final[tuple[type[Problem], ...]] = (*registry.ALL, *errors.ALL, *parents.ALL, VillageUnknown)
_KINDS: Final[Mapping[str, type[Problem]]] = {kind.slug(): kind for kind in _ALL}


def sentence(code: str, facts: Mapping[str, Any], language: Language) -> str:
    """Return a problem's title with its detail, or what a person reads of a value that does not fit."""
    kind = _KINDS.get(code)
    if kind is None:
        return sentences(code, facts)[language]
    detail = kind(**facts).detail(language)
    return kind.title(language) if detail is None else f"{kind.title(language)} {detail}"
