"""Every refusal about partners of the exchange and consents to it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ConsentAlreadyRecorded(Problem):
    """This person already agrees to the exchange at that time."""

    status = HTTPStatus.CONFLICT
    vi = "Người này đã có sự đồng ý cho việc trao đổi dữ liệu vào thời gian đó."
    fr = "Cette personne consent déjà à l'échange à ce moment."


class ConsentNeedsRepresentative(Problem):
    """For a child under sixteen a representative agrees."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đối với trẻ em dưới mười sáu tuổi, người đại diện là người đồng ý."
    fr = "Pour un enfant de moins de seize ans, c'est un représentant qui consent."


class ConsentNotFound(Problem):
    """There is no such consent, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có sự đồng ý này, hoặc không có sự đồng ý nào bạn được xem."
    fr = "Ce consentement n'existe pas, ou vous ne pouvez le voir."


class ConsentWithdrawn(Problem):
    """This consent was withdrawn already, or is withdrawn before it was given."""

    status = HTTPStatus.CONFLICT
    vi = "Sự đồng ý này đã được rút lại, hoặc ngày rút trước ngày đồng ý."
    fr = "Ce consentement est déjà retiré, ou retiré avant d'avoir été donné."


class PartnerAlreadyRecorded(Problem):
    """Another partner has this sender id or this client."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đối tác khác dùng mã người gửi hoặc mã máy khách này."
    fr = "Un autre partenaire a déjà cet identifiant d'expéditeur ou ce client."


class PartnerKeysMissing(Problem):
    """A partner that must sign needs a public key."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đối tác phải ký thì cần có khóa công khai."
    fr = "Un partenaire qui doit signer a besoin d'une clé publique."


class PartnerNotFound(Problem):
    """There is no such partner of the exchange."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đối tác trao đổi dữ liệu này."
    fr = "Ce partenaire de l'échange n'existe pas."


class PartnerUnsafeAddress(Problem):
    """Answers cannot be sent to this address: it must be a public one, over https."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không gửi trả lời đến địa chỉ này được: phải là địa chỉ công khai, qua https."
    fr = "Aucune réponse ne peut être envoyée à cette adresse : elle doit être publique, en https."


ALL: Final = (
    ConsentAlreadyRecorded,
    ConsentNeedsRepresentative,
    ConsentNotFound,
    ConsentWithdrawn,
    PartnerAlreadyRecorded,
    PartnerKeysMissing,
    PartnerNotFound,
    PartnerUnsafeAddress,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "uq_dci_partners_sender_id": PartnerAlreadyRecorded,
    "uq_dci_partners_client": PartnerAlreadyRecorded,
    "ck_dci_partners_keys": PartnerKeysMissing,
    "ex_exchange_consents_person": ConsentAlreadyRecorded,
}
