"""Every refusal of the fund, on one page."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem


class CampaignNotFound(Problem):
    """There is no such campaign."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đợt vận động này."
    fr = "Cette campagne n'existe pas."


class CampaignExists(Problem):
    """A campaign with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đợt vận động với mã này."
    fr = "Une campagne porte déjà cet identifiant."


class CampaignClosed(Problem):
    """The campaign does not accept donations on that day."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt vận động không nhận đóng góp vào ngày đó."
    fr = "La campagne n'accepte pas de dons ce jour-là."
    detail_en = "{name} accepts from {opens_on} to {closes_on}; it is {state}."
    detail_vi = "{name} nhận từ {opens_on} đến {closes_on}; tình trạng: {state}."
    detail_fr = "{name} accepte du {opens_on} au {closes_on} ; état : {state}."


class CampaignEndsBeforeItOpens(Problem):
    """A campaign closes on the day it opens, or later."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ngày kết thúc không được trước ngày bắt đầu."
    fr = "Une campagne se termine le jour de son ouverture ou après."


class DonationsOutsideDates(Problem):
    """Donations recorded already lie outside these dates."""

    status = HTTPStatus.CONFLICT
    vi = "Có đóng góp đã ghi nằm ngoài thời gian này."
    fr = "Des dons déjà enregistrés tombent hors de ces dates."


class DonorNotFound(Problem):
    """There is no such donor."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có nhà hảo tâm này."
    fr = "Ce donateur n'existe pas."


class DonorExists(Problem):
    """A donor with this id, or for this login, exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có nhà hảo tâm với mã hoặc tài khoản này."
    fr = "Un donateur existe déjà avec cet identifiant ou ce compte."


class DonorNameMismatch(Problem):
    """An anonymous donor has no name and is never named; any other donor has a name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Nhà hảo tâm ẩn danh không có tên và không được nêu tên; người khác phải có tên."
    fr = "Un donateur anonyme n'a pas de nom et n'est jamais cité ; tout autre donateur a un nom."


class DonationExists(Problem):
    """A donation with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có khoản đóng góp với mã này."
    fr = "Un don porte déjà cet identifiant."


class DonationNotFound(Problem):
    """There is no such donation, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có khoản đóng góp này, hoặc bạn không được xem."
    fr = "Ce don n'existe pas, ou vous ne pouvez pas le voir."


class ReceivedInTheFuture(Problem):
    """A donation is recorded when it has been received, not before."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Chỉ ghi đóng góp khi đã nhận, không ghi trước."
    fr = "Un don s'enregistre une fois reçu, pas avant."


class DonationReversed(Problem):
    """The donation has been reversed already."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản đóng góp này đã được hủy ghi."
    fr = "Ce don a déjà été annulé."


class DonationSpent(Problem):
    """The donation cannot be taken back: what it brought has been given out."""

    status = HTTPStatus.CONFLICT
    vi = "Không thể hủy ghi: khoản này đã được chi hỗ trợ."
    fr = "Le don ne peut être repris : il a déjà été distribué."
    detail_en = "Short of {missing}."
    detail_vi = "Còn thiếu {missing}."
    detail_fr = "Il manque {missing}."


class RoundExists(Problem):
    """A round of support with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đợt hỗ trợ với mã này."
    fr = "Une distribution porte déjà cet identifiant."


class RoundNotFound(Problem):
    """There is no such round of support."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đợt hỗ trợ này."
    fr = "Cette distribution n'existe pas."


class RoundDecided(Problem):
    """The round has been approved or rejected already."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt hỗ trợ đã được duyệt hoặc từ chối."
    fr = "Cette distribution a déjà été approuvée ou refusée."


class SecondPersonNeeded(Problem):
    """Another person than the one who proposed decides."""

    status = HTTPStatus.CONFLICT
    vi = "Người duyệt phải khác người đề xuất."
    fr = "La décision revient à une autre personne que celle qui a proposé."


class GivenInTheFuture(Problem):
    """Support is recorded for the day it is given, which is not in the future."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ngày hỗ trợ không được ở tương lai."
    fr = "La date de remise ne peut être dans le futur."


class GivenBeforeCampaign(Problem):
    """The campaign gives nothing before it opens."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt vận động chưa bắt đầu vào ngày đó."
    fr = "La campagne ne donne rien avant son ouverture."


class UnknownHouseholds(Problem):
    """The registry does not know some of these households."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Sổ bộ không có một số hộ trong danh sách."
    fr = "Le registre ne connaît pas certains de ces ménages."


class NobodyInHousehold(Problem):
    """A ration goes by persons, and some of these households have none on that day."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Gạo chia theo nhân khẩu, nhưng có hộ không có nhân khẩu vào ngày đó."
    fr = "La ration dépend des personnes, or certains ménages n'en comptent aucune à cette date."


class SupportTooLarge(Problem):
    """That is more than the books can hold for one household."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mức hỗ trợ cho một hộ vượt quá giới hạn ghi sổ."
    fr = "Cela dépasse ce que les livres acceptent pour un ménage."


class AlreadyGiven(Problem):
    """A household receives once per occasion, kind and campaign."""

    status = HTTPStatus.CONFLICT
    vi = "Mỗi hộ chỉ nhận một lần cho mỗi dịp, loại hỗ trợ và đợt vận động."
    fr = "Un ménage reçoit une seule fois par occasion, par nature et par campagne."


class NotEnough(Problem):
    """The campaign does not hold enough for this."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt vận động không còn đủ để hỗ trợ."
    fr = "La campagne ne dispose pas d'assez pour cela."
    detail_en = "Short of {missing}."
    detail_vi = "Còn thiếu {missing}."
    detail_fr = "Il manque {missing}."


class PeriodReversed(Problem):
    """A period ends on the day it begins, or later."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ngày cuối kỳ không được trước ngày đầu kỳ."
    fr = "Une période finit le jour où elle commence ou après."


ALL: tuple[type[Problem], ...] = (
    CampaignNotFound,
    CampaignExists,
    CampaignClosed,
    CampaignEndsBeforeItOpens,
    DonationsOutsideDates,
    DonorNotFound,
    DonorExists,
    DonorNameMismatch,
    DonationExists,
    DonationNotFound,
    ReceivedInTheFuture,
    DonationReversed,
    DonationSpent,
    RoundExists,
    RoundNotFound,
    RoundDecided,
    SecondPersonNeeded,
    GivenInTheFuture,
    GivenBeforeCampaign,
    UnknownHouseholds,
    NobodyInHousehold,
    SupportTooLarge,
    AlreadyGiven,
    NotEnough,
    PeriodReversed,
)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "pk_campaigns": CampaignExists,
    "ck_campaigns_dates": CampaignEndsBeforeItOpens,
    "pk_donors": DonorExists,
    "uq_donors_subject": DonorExists,
    "ck_donors_name": DonorNameMismatch,
    "ck_donors_anonymous": DonorNameMismatch,
    "pk_donations": DonationExists,
    "pk_donation_reversals": DonationReversed,
    "pk_rounds": RoundExists,
    "ck_rounds_second_person": SecondPersonNeeded,
    "uq_round_lines_once": AlreadyGiven,
}
"""What the database refuses by itself, should two requests pass the code's checks at the same instant."""
