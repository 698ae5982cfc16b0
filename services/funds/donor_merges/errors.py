"""Refusals of merging donors."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem
from services.funds.errors import SecondPersonNeeded


class MergeNotFound(Problem):
    """There is no such proposal to merge donors."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đề xuất gộp nhà hảo tâm này."
    fr = "Cette proposition de fusion n'existe pas."


class MergeExists(Problem):
    """A proposal to merge donors with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đề xuất gộp với mã này."
    fr = "Une proposition de fusion porte déjà cet identifiant."


class MergeOfOne(Problem):
    """A donor is merged into another one, not into themselves."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Phải gộp vào một nhà hảo tâm khác."
    fr = "Un donateur se fusionne avec un autre, non avec lui-même."


class MergeUnderWay(Problem):
    """This donor is merged already, or is proposed to be."""

    status = HTTPStatus.CONFLICT
    vi = "Nhà hảo tâm này đã được gộp hoặc đang chờ gộp."
    fr = "Ce donateur est déjà fusionné, ou proposé à la fusion."


class MergeDecided(Problem):
    """The proposal has been decided already."""

    status = HTTPStatus.CONFLICT
    vi = "Đề xuất gộp đã được quyết định."
    fr = "Cette proposition de fusion a déjà été tranchée."


class MergeNotDone(Problem):
    """Only a merge that stands can be undone."""

    status = HTTPStatus.CONFLICT
    vi = "Chỉ có thể hoàn tác một lần gộp đang có hiệu lực."
    fr = "Seule une fusion en vigueur peut être défaite."


class MergeChained(Problem):
    """Who takes a donor in stands for themselves, and who is taken in stands for nobody else."""

    status = HTTPStatus.CONFLICT
    vi = "Không gộp nối tiếp: bên nhận phải chưa bị gộp, bên bị gộp không đại diện cho người khác."
    fr = "Pas de fusion en chaîne : qui accueille n'est pas fusionné, qui est fusionné n'en représente aucun autre."


ALL: tuple[type[Problem], ...] = (
    MergeNotFound,
    MergeExists,
    MergeOfOne,
    MergeUnderWay,
    MergeDecided,
    MergeNotDone,
    MergeChained,
)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "pk_donor_merges": MergeExists,
    "ck_donor_merges_two": MergeOfOne,
    "ck_donors_merged_into_another": MergeOfOne,
    "uq_donor_merges_live": MergeUnderWay,
    "fk_donors_survivor": MergeChained,
    "ck_donor_merges_second_person": SecondPersonNeeded,
}
