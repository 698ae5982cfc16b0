"""Why a payment code is not read, or not made."""

from http import HTTPStatus

from kit.problems import Problem


class CodeChecksumWrong(Problem):
    """The payment code was changed or misread: its checksum does not fit."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mã thanh toán đã bị thay đổi hoặc đọc sai: tổng kiểm tra không khớp."
    fr = "Le code de paiement a été modifié ou mal lu : sa somme de contrôle ne correspond pas."


class CodeStructureBroken(Problem):
    """The payment code is not built as the standard says."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mã thanh toán không đúng cấu trúc của chuẩn."
    fr = "Le code de paiement n'a pas la structure prévue par la norme."
    detail_en = "Field {place} is cut off, doubled, empty or not a field."
    detail_vi = "Trường {place} bị cắt, bị lặp, rỗng hoặc không phải là trường."
    detail_fr = "Le champ {place} est tronqué, doublé, vide ou n'en est pas un."


class CodeNotVietQr(Problem):
    """The payment code is well built, but is no VietQR transfer as its profile 1.0 describes it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mã thanh toán đúng cấu trúc nhưng không phải mã chuyển khoản VietQR 1.0."
    fr = "Le code de paiement est bien formé, mais n'est pas un virement VietQR 1.0."
    detail_en = "Field {place} is missing or not allowed here."
    detail_vi = "Trường {place} thiếu hoặc không được phép."
    detail_fr = "Le champ {place} manque ou n'est pas admis ici."


class TransferTooLarge(Problem):
    """One transfer by payment code stays below 500,000,000 đồng."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mỗi lần chuyển khoản bằng mã phải dưới 500.000.000 đồng."
    fr = "Un virement par code reste inférieur à 500 000 000 đồngs."


class CampaignHasNoAccount(Problem):
    """No bank account has been assigned to the campaign yet."""

    status = HTTPStatus.NOT_FOUND
    vi = "Đợt vận động chưa có tài khoản ngân hàng."
    fr = "Aucun compte bancaire n'est encore attribué à la campagne."


ALL: tuple[type[Problem], ...] = (
    CodeChecksumWrong,
    CodeStructureBroken,
    CodeNotVietQr,
    TransferTooLarge,
    CampaignHasNoAccount,
)
