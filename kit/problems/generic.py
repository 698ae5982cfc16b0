"""Refusals that any service or the gateway may give; those of one domain are on its own page."""

from http import HTTPStatus

from kit.problems.problem import Problem


class Malformed(Problem):
    """The request could not be read."""

    status = HTTPStatus.BAD_REQUEST
    vi = "Không đọc được yêu cầu."
    fr = "La requête est illisible."


class BadCursor(Problem):
    """The cursor is not one that this list gave out for this query."""

    status = HTTPStatus.BAD_REQUEST
    vi = "Con trỏ trang không phải do danh sách này cấp cho truy vấn này."
    fr = "Le curseur n'a pas été émis par cette liste pour cette requête."


class IdempotencyKeyMissing(Problem):
    """This request needs an Idempotency-Key header, so that sending it twice counts once."""

    status = HTTPStatus.BAD_REQUEST
    vi = "Yêu cầu này cần tiêu đề Idempotency-Key, để gửi hai lần chỉ tính một lần."
    fr = "Cette requête exige l'en-tête Idempotency-Key, afin qu'un double envoi ne compte qu'une fois."


class Unauthenticated(Problem):
    """Sign in first, or send a valid access token."""

    status = HTTPStatus.UNAUTHORIZED
    vi = "Hãy đăng nhập trước, hoặc gửi mã truy cập hợp lệ."
    fr = "Connectez-vous d'abord, ou envoyez un jeton d'accès valide."
    detail_en = "{reason}"
    detail_vi = "Mã truy cập bị từ chối: {reason}"
    detail_fr = "Jeton refusé : {reason}"


class Forbidden(Problem):
    """Your role does not allow this."""

    status = HTTPStatus.FORBIDDEN
    vi = "Vai trò của bạn không cho phép việc này."
    fr = "Votre rôle ne permet pas cette action."
    detail_en = "Needed: {needed}."
    detail_vi = "Cần có: {needed}."
    detail_fr = "Il faut : {needed}."


class NotFound(Problem):
    """There is nothing here, or nothing that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có gì ở đây, hoặc không có gì bạn được xem."
    fr = "Il n'y a rien ici, ou rien que vous puissiez voir."


class MethodNotAllowed(Problem):
    """This address does not take that method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    vi = "Địa chỉ này không nhận phương thức đó."
    fr = "Cette adresse n'accepte pas cette méthode."


class Conflict(Problem):
    """The request contradicts what is already recorded."""

    status = HTTPStatus.CONFLICT
    vi = "Yêu cầu mâu thuẫn với dữ liệu đã ghi."
    fr = "La requête contredit ce qui est déjà enregistré."


class IdempotencyInFlight(Problem):
    """The first request with this Idempotency-Key is still being worked on."""

    status = HTTPStatus.CONFLICT
    vi = "Yêu cầu đầu tiên với Idempotency-Key này vẫn đang được xử lý."
    fr = "La première requête portant cette Idempotency-Key est encore en cours."


class StaleVersion(Problem):
    """Somebody changed this in the meantime; read it again."""

    status = HTTPStatus.PRECONDITION_FAILED
    vi = "Có người đã thay đổi dữ liệu này; hãy đọc lại."
    fr = "Quelqu'un a modifié cette donnée entre-temps ; relisez-la."


class TooLarge(Problem):
    """The body is larger than this address takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    vi = "Nội dung gửi lớn hơn mức cho phép."
    fr = "Le corps dépasse la taille admise."


class UriTooLong(Problem):
    """The address is too long."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG
    vi = "Địa chỉ quá dài."
    fr = "L'adresse est trop longue."


class UnsupportedMedia(Problem):
    """The body must be JSON, with `Content-Type: application/json`."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    vi = "Nội dung phải là JSON, với `Content-Type: application/json`."
    fr = "Le corps doit être du JSON, avec `Content-Type: application/json`."


class Invalid(Problem):
    """Some values cannot be accepted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Một số giá trị không được chấp nhận."
    fr = "Certaines valeurs ne peuvent être acceptées."


class IdempotencyMismatch(Problem):
    """This Idempotency-Key was used before with another body."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Idempotency-Key này đã được dùng với nội dung khác."
    fr = "Cette Idempotency-Key a déjà servi avec un autre contenu."


class PreconditionRequired(Problem):
    """Say with If-Match which version you are changing."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    vi = "Hãy cho biết bạn đang sửa phiên bản nào, bằng tiêu đề If-Match."
    fr = "Indiquez par If-Match quelle version vous modifiez."


class TooManyRequests(Problem):
    """Too many requests; wait a little."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    vi = "Quá nhiều yêu cầu; vui lòng chờ một lát."
    fr = "Trop de requêtes ; patientez un instant."


class HeadersTooLarge(Problem):
    """The headers are larger than this address takes."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    vi = "Phần tiêu đề lớn hơn mức cho phép."
    fr = "Les en-têtes dépassent la taille admise."


class Unexpected(Problem):
    """Something went wrong on our side; it has been recorded."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    vi = "Hệ thống gặp lỗi; sự cố đã được ghi lại."
    fr = "Une erreur est survenue de notre côté ; elle a été enregistrée."


class BadGateway(Problem):
    """The service behind this address gave no usable answer."""

    status = HTTPStatus.BAD_GATEWAY
    vi = "Dịch vụ phía sau không trả lời hợp lệ."
    fr = "Le service derrière cette adresse n'a pas répondu correctement."


class Unavailable(Problem):
    """The service cannot answer just now; try again shortly."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    vi = "Dịch vụ tạm thời chưa trả lời được; vui lòng thử lại sau."
    fr = "Le service ne peut répondre pour l'instant ; réessayez sous peu."


class GatewayTimeout(Problem):
    """The service behind this address took too long."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    vi = "Dịch vụ phía sau trả lời quá chậm."
    fr = "Le service derrière cette adresse a mis trop de temps."
