"""Why a step of a review is refused."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ReviewNotFound(Problem):
    """There is no such review, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đợt rà soát này, hoặc không có đợt nào bạn được xem."
    fr = "Cette révision n'existe pas, ou vous ne pouvez la voir."


class ReviewCaseNotFound(Problem):
    """This household is not in this review, or you may not see it."""

    status = HTTPStatus.NOT_FOUND
    vi = "Hộ này không có trong đợt rà soát này, hoặc bạn không được xem."
    fr = "Ce ménage n'est pas dans cette révision, ou vous ne pouvez le voir."


class ReviewAlreadyOpened(Problem):
    """The review of this commune and period is already opened."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt rà soát của xã trong kỳ này đã được mở."
    fr = "La révision de cette commune pour cette période est déjà ouverte."


class ReviewTooEarly(Problem):
    """The period of this review has not begun."""

    status = HTTPStatus.CONFLICT
    vi = "Chưa đến thời gian của đợt rà soát này."
    fr = "La période de cette révision n'a pas commencé."
    detail_en = "It begins on {opens_on}."
    detail_vi = "Bắt đầu từ ngày {opens_on}."
    detail_fr = "Elle commence le {opens_on}."


class ReviewIsDecided(Problem):
    """This review is decided; nothing in it changes any more."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt rà soát này đã có quyết định; không thay đổi được nữa."
    fr = "Cette révision est décidée ; rien n'y change plus."


class ReviewIsCancelled(Problem):
    """This review was cancelled; nothing in it changes any more."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt rà soát này đã bị huỷ; không thay đổi được nữa."
    fr = "Cette révision a été annulée ; rien n'y change plus."


class ReviewIsPosted(Problem):
    """Results of this review are posted already: it is no longer cancelled but decided."""

    status = HTTPStatus.CONFLICT
    vi = "Kết quả của đợt rà soát đã được niêm yết: không huỷ được nữa, phải ra quyết định."
    fr = "Des résultats de cette révision sont affichés : elle ne s'annule plus, elle se décide."


class ReviewNotListed(Problem):
    """The list of households has not been drawn yet."""

    status = HTTPStatus.CONFLICT
    vi = "Chưa lập danh sách hộ của đợt rà soát này."
    fr = "La liste des ménages n'est pas encore établie."


class CaseIsAgreed(Problem):
    """The village has agreed to this result; only a complaint reopens it."""

    status = HTTPStatus.CONFLICT
    vi = "Kết quả đã được cuộc họp thôn thống nhất; chỉ khiếu nại mới mở lại được."
    fr = "Le village a approuvé ce résultat ; seule une réclamation le rouvre."


class AnswersDoNotFit(Problem):
    """The form answers other indicators or items than those of the review's standard."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Phiếu trả lời không khớp với các chỉ số hoặc mục của chuẩn dùng cho đợt rà soát."
    fr = "Les réponses ne correspondent pas aux indicateurs ou rubriques du seuil de la révision."
    detail_en = "Missing or unknown: {codes}."
    detail_vi = "Thiếu hoặc không có: {codes}."
    detail_fr = "Manquants ou inconnus : {codes}."


class PointsNotEntered(Problem):
    """The standard of this review has no point table, or one without items: give an estimate of income."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Chuẩn của đợt rà soát chưa có bảng điểm hoặc chưa có các mục; hãy nhập thu nhập ước tính."
    fr = "Le seuil de cette révision n'a pas de barème ou de rubriques ; donnez une estimation du revenu."


class CauseUnknown(Problem):
    """There is no cause of poverty with this code."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có nguyên nhân nghèo nào mang mã này."
    fr = "Aucune cause de pauvreté ne porte ce code."


class RequestAlreadyOpen(Problem):
    """A request of this household is already waiting for its review."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ này đã có đơn đang chờ rà soát."
    fr = "Une demande de ce ménage attend déjà sa révision."


class TwoPeopleNeeded(Problem):
    """Who opened or scored a review does not decide on it."""

    status = HTTPStatus.CONFLICT
    vi = "Người lập hoặc chấm điểm đợt rà soát không được ra quyết định."
    fr = "Qui a préparé une révision ne la décide pas."


ALL: Final = (
    AnswersDoNotFit,
    CaseIsAgreed,
    CauseUnknown,
    PointsNotEntered,
    RequestAlreadyOpen,
    ReviewAlreadyOpened,
    ReviewCaseNotFound,
    ReviewIsCancelled,
    ReviewIsDecided,
    ReviewIsPosted,
    ReviewNotFound,
    ReviewNotListed,
    ReviewTooEarly,
    TwoPeopleNeeded,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_review_campaigns": ReviewAlreadyOpened,
    "uq_review_campaigns_period": ReviewAlreadyOpened,
    "pk_review_requests": RequestAlreadyOpen,
    "uq_review_requests_household": RequestAlreadyOpen,
    "fk_review_form_causes_cause": CauseUnknown,
    "ck_review_campaigns_unposted": ReviewIsPosted,
    "ck_review_campaigns_two_people": TwoPeopleNeeded,
}
