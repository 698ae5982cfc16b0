"""Every refusal of the loans service.

ProgrammeNotFound, ProgrammeNotOpen, RateNotLater                    programmes
AmountAboveCap, TermTooLong, ApplicationOpen, ApplicationExists,
HouseholdNotFound                                                    when somebody applies
ApplicationNotFound, NotThisState, SnapshotExpired, SnapshotBroken,
SecondPersonNeeded, RegistryAway                                     on the way to approval
WrongBank, DateOutOfOrder, AlreadyDisbursed, LoanExists              disbursement
LoanNotFound, RepaymentExceedsOutstanding, ReceiptKnown              repayment
PeriodClosed (kit.ledger)                                            any entry dated in a closed period
"""

from collections.abc import Mapping
from http import HTTPStatus

from kit.ledger import PeriodClosed
from kit.problems import Problem


class ProgrammeNotFound(Problem):
    """There is no such loan programme."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có chương trình cho vay này."
    fr = "Ce programme de prêt n'existe pas."


class ProgrammeNotOpen(Problem):
    """This programme takes no applications here: no terms on that day, or it needs proof the registry cannot give."""

    status = HTTPStatus.CONFLICT
    vi = "Chương trình này không nhận đơn tại đây: chưa có lãi suất vào ngày đó, hoặc cần chứng nhận mà sổ hộ không có."
    fr = "Ce programme n'est pas ouvert ici : sans conditions à cette date, ou exigeant une preuve hors registre."


class RateNotLater(Problem):
    """A new rate starts after the one before it."""

    status = HTTPStatus.CONFLICT
    vi = "Lãi suất mới phải bắt đầu sau lãi suất trước."
    fr = "Un nouveau taux commence après le précédent."
    detail_en = "The last one starts on {valid_from}."
    detail_vi = "Lãi suất gần nhất bắt đầu ngày {valid_from}."
    detail_fr = "Le dernier commence le {valid_from}."


class AmountAboveCap(Problem):
    """The amount exceeds what this programme lends to one household."""

    status = HTTPStatus.CONFLICT
    vi = "Số tiền vượt mức cho vay tối đa của chương trình đối với một hộ."
    fr = "Le montant dépasse ce que le programme prête à un ménage."
    detail_en = "At most {cap} VND, of which {owed} VND are lent already."
    detail_vi = "Tối đa {cap} đồng, trong đó đã vay {owed} đồng."
    detail_fr = "Au plus {cap} VND, dont {owed} VND déjà prêtés."


class TermTooLong(Problem):
    """The term is longer than this programme allows."""

    status = HTTPStatus.CONFLICT
    vi = "Thời hạn vay dài hơn mức chương trình cho phép."
    fr = "La durée dépasse celle que le programme permet."
    detail_en = "At most {months} months."
    detail_vi = "Tối đa {months} tháng."
    detail_fr = "Au plus {months} mois."


class ApplicationOpen(Problem):
    """This household already has an open application in this programme."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ này đã có đơn đang xử lý trong chương trình này."
    fr = "Ce ménage a déjà une demande en cours dans ce programme."


class HouseholdNotFound(Problem):
    """The registry knows no such household."""

    status = HTTPStatus.NOT_FOUND
    vi = "Sổ hộ không có hộ này."
    fr = "Le registre ne connaît pas ce ménage."


class ApplicationExists(Problem):
    """An application with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đơn với mã này."
    fr = "Une demande porte déjà cet identifiant."


class ApplicationNotFound(Problem):
    """There is no such application, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đơn này, hoặc bạn không được xem."
    fr = "Cette demande n'existe pas, ou vous ne pouvez la voir."


class NotThisState(Problem):
    """The application is not in the state that this step needs."""

    status = HTTPStatus.CONFLICT
    vi = "Đơn không ở trạng thái cần cho bước này."
    fr = "La demande n'est pas dans l'état que cette étape exige."
    detail_en = "It is {state}."
    detail_vi = "Trạng thái hiện tại: {state}."
    detail_fr = "Elle est : {state}."


class SnapshotExpired(Problem):
    """The household's poverty status was asked too long ago; ask the registry again."""

    status = HTTPStatus.CONFLICT
    vi = "Tình trạng nghèo của hộ được hỏi đã quá lâu; hãy hỏi lại sổ hộ."
    fr = "Le statut de pauvreté a été demandé il y a trop longtemps ; interrogez à nouveau le registre."
    detail_en = "It was good until {expires_on}."
    detail_vi = "Có giá trị đến ngày {expires_on}."
    detail_fr = "Il valait jusqu'au {expires_on}."


class SnapshotBroken(Problem):
    """The kept answer of the registry does not match its signature; nothing is decided on it."""

    status = HTTPStatus.CONFLICT
    vi = "Bản lưu trả lời của sổ hộ không khớp chữ ký; không quyết định dựa trên bản này."
    fr = "La réponse conservée du registre ne correspond pas à sa signature ; rien n'est décidé sur elle."


class SecondPersonNeeded(Problem):
    """Somebody else than the one who applied must approve."""

    status = HTTPStatus.CONFLICT
    vi = "Người duyệt phải khác người lập đơn."
    fr = "L'approbation revient à une autre personne que celle qui a fait la demande."


class RegistryAway(Problem):
    """The registry does not answer just now; the application keeps waiting."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    vi = "Sổ hộ tạm thời không trả lời; đơn vẫn được giữ chờ."
    fr = "Le registre ne répond pas pour l'instant ; la demande reste en attente."


class WrongBank(Problem):
    """The application belongs to another bank."""

    status = HTTPStatus.CONFLICT
    vi = "Đơn thuộc ngân hàng khác."
    fr = "La demande relève d'une autre banque."


class DateOutOfOrder(Problem):
    """The date comes before what it follows, or lies in the future."""

    status = HTTPStatus.CONFLICT
    vi = "Ngày trước việc mà nó theo sau, hoặc ở tương lai."
    fr = "La date précède ce qu'elle suit, ou se situe dans l'avenir."
    detail_en = "It lies between {earliest} and {latest}."
    detail_vi = "Phải từ {earliest} đến {latest}."
    detail_fr = "Elle se situe entre le {earliest} et le {latest}."


class LoanExists(Problem):
    """A loan or a payment with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có khoản vay hoặc khoản trả với mã này."
    fr = "Un prêt ou un paiement porte déjà cet identifiant."


class LoanNotFound(Problem):
    """There is no such loan, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có khoản vay này, hoặc bạn không được xem."
    fr = "Ce prêt n'existe pas, ou vous ne pouvez le voir."


class RepaymentExceedsOutstanding(Problem):
    """The repayment is more than what is owed."""

    status = HTTPStatus.CONFLICT
    vi = "Số tiền trả nhiều hơn dư nợ."
    fr = "Le remboursement dépasse ce qui est dû."
    detail_en = "{excess} VND would be left over from the payment of {on}."
    detail_vi = "Khoản trả ngày {on} sẽ thừa {excess} đồng."
    detail_fr = "Il resterait {excess} VND du paiement du {on}."


class ReceiptKnown(Problem):
    """This receipt is already recorded for this loan."""

    status = HTTPStatus.CONFLICT
    vi = "Biên lai này đã được ghi cho khoản vay."
    fr = "Ce reçu est déjà enregistré pour ce prêt."


class AlreadyDisbursed(Problem):
    """This application has been paid out already."""

    status = HTTPStatus.CONFLICT
    vi = "Đơn này đã được giải ngân."
    fr = "Cette demande a déjà été versée."


_OWN = [kind for kind in list(vars().values()) if isinstance(kind, type) and kind.__module__ == __name__]

ALL: tuple[type[Problem], ...] = (*_OWN, PeriodClosed)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "ck_loan_applications_second_person": SecondPersonNeeded,
    "pk_loan_applications": ApplicationExists,
    "uq_loan_applications_open": ApplicationOpen,
    "pk_loans": LoanExists,
    "uq_loans_application_id": AlreadyDisbursed,
    "uq_repayments_receipt": ReceiptKnown,
    "ex_programme_terms_overlap": RateNotLater,
}
