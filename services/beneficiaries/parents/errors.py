"""Every refusal about mothers and fathers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem
from services.beneficiaries.people.errors import RecordedMeanwhile


class ParentageNotFound(Problem):
    """There is no such mother or father known now, or of nobody whom you answer for."""

    status = HTTPStatus.NOT_FOUND
    vi = "Hiện không có thông tin cha mẹ này, hoặc bạn không phụ trách người đó."
    fr = "Ce lien de parenté n'est pas connu, ou vous ne répondez pas de cette personne."


class ParentNotFound(Problem):
    """There is no such person to be mother or father, or none that you may see."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có người này để ghi là cha hoặc mẹ, hoặc bạn không được xem người đó."
    fr = "Cette personne, nommée mère ou père, n'existe pas ou vous ne pouvez la voir."


class ParentSexDisagrees(Problem):
    """A mother is a woman and a father a man."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mẹ phải là nữ và cha phải là nam."
    fr = "Une mère est une femme et un père un homme."


class ParentTooYoung(Problem):
    """A child cannot be older than its mother or father, or only a few years younger."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Con không thể nhiều tuổi hơn cha mẹ, hoặc chỉ kém cha mẹ vài tuổi."
    fr = "Un enfant ne peut être plus âgé que sa mère ou son père, ni plus jeune de quelques années seulement."
    detail_en = "Parent born in {parent}, child in {child}; {years} years at least must lie between."
    detail_vi = "Cha mẹ sinh năm {parent}, con sinh năm {child}; phải cách nhau ít nhất {years} năm."
    detail_fr = "Parent né en {parent}, enfant en {child} ; il faut {years} ans d'écart au moins."


ALL: Final = (ParentNotFound, ParentSexDisagrees, ParentTooYoung, ParentageNotFound)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "ck_parentages_age": ParentTooYoung,
    "ck_parentages_two_people": ParentTooYoung,
    "ck_parentages_sex": ParentSexDisagrees,
    "ex_parentages_child": RecordedMeanwhile,
}
