"""What is refused about webhooks, in both directions."""

from http import HTTPStatus

from kit.problems import Problem


class BadSignature(Problem):
    """The message is not signed by anybody we know."""

    status = HTTPStatus.UNAUTHORIZED
    vi = "Thông điệp không mang chữ ký của bên mà chúng tôi biết."
    fr = "Le message n'est signé par personne que nous connaissions."


class StaleMessage(Problem):
    """The message was signed too long ago, or in the future."""

    status = HTTPStatus.UNAUTHORIZED
    vi = "Thông điệp được ký quá lâu rồi, hoặc ở thời điểm tương lai."
    fr = "Le message a été signé il y a trop longtemps, ou dans le futur."


class NotAnEvent(Problem):
    """The body is not a CloudEvents 1.0 event, or not the one named in the headers."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Nội dung không phải là sự kiện CloudEvents 1.0, hoặc không phải sự kiện nêu trong tiêu đề."
    fr = "Le corps n'est pas un événement CloudEvents 1.0, ou pas celui que nomment les en-têtes."


class UnsafeEndpoint(Problem):
    """Events cannot be sent to this address."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không thể gửi sự kiện tới địa chỉ này."
    fr = "Les événements ne peuvent être envoyés à cette adresse."
    detail_en = (
        "It must be an https address on port 443 or 8443 of a host on the public Internet, without a name or"
        " password in it."
    )
    detail_vi = (
        "Địa chỉ phải dùng https, cổng 443 hoặc 8443, trỏ tới máy chủ trên Internet công cộng và không"
        " chứa tên hay mật khẩu."
    )
    detail_fr = "Il faut une adresse https, port 443 ou 8443, d'un hôte de l'Internet public, sans nom ni mot de passe."


class UnsafeHost(UnsafeEndpoint):
    """The host of this address is not on the public Internet, or has no address at all."""

    vi = "Máy chủ của địa chỉ này không nằm trên Internet công cộng, hoặc không có địa chỉ nào."
    fr = "L'hôte de cette adresse n'est pas sur l'Internet public, ou n'a aucune adresse."


class UnusableSecret(Problem):
    """A signing secret is `whsec_` with 24 to 64 bytes, or `whsk_` with an Ed25519 key, both in base64."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Khóa ký phải là `whsec_` với 24 đến 64 byte, hoặc `whsk_` với khóa Ed25519, đều ở dạng base64."
    fr = "Un secret de signature est `whsec_` avec 24 à 64 octets, ou `whsk_` avec une clé Ed25519, en base64."


class EndpointNotFound(Problem):
    """There is no such endpoint, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có điểm nhận này, hoặc không có điểm nhận nào bạn được xem."
    fr = "Ce point de réception n'existe pas, ou vous ne pouvez le voir."
