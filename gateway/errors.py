"""The refusals that only the gateway gives; the rest are the generic ones of the kit."""

from http import HTTPStatus

from kit.problems import Problem, generic


class UnsafeAddress(Problem):
    """The address is written in a way that two readers could understand differently."""

    status = HTTPStatus.BAD_REQUEST
    vi = "Địa chỉ được viết theo cách có thể bị hiểu khác nhau."
    fr = "L'adresse est écrite d'une façon que deux lecteurs pourraient comprendre différemment."
    detail_en = "Refused: dot segments, empty segments, encoded slashes, dots or controls, raw non-ASCII bytes."
    detail_vi = "Bị từ chối: đoạn dấu chấm, đoạn rỗng, dấu gạch chéo, dấu chấm hoặc ký tự điều khiển bị mã hóa."
    detail_fr = "Refusés : segments de points, segments vides, barres, points ou caractères de contrôle encodés."


class UpgradeRefused(Problem):
    """Only plain HTTP is spoken here; the connection cannot be turned into another protocol."""

    status = HTTPStatus.BAD_REQUEST
    vi = "Ở đây chỉ dùng HTTP thông thường; không thể đổi kết nối sang giao thức khác."
    fr = "Seul HTTP est parlé ici ; la connexion ne peut changer de protocole."


class BodyTooSlow(Problem):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    vi = "Nội dung gửi không đến kịp thời gian."
    fr = "Le corps n'est pas arrivé à temps."


class MethodUnknown(Problem):
    """That method is not spoken here."""

    status = HTTPStatus.NOT_IMPLEMENTED
    vi = "Phương thức đó không được hỗ trợ."
    fr = "Cette méthode n'est pas prise en charge."


def _generic() -> tuple[type[Problem], ...]:
    found = vars(generic).values()
    return tuple(kind for kind in found if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem)


# What the gateway itself or any service may give, for `x-problems` and the pages `/problems/<slug>`.
OWN: tuple[type[Problem], ...] = tuple(
    sorted((*_generic(), UnsafeAddress, UpgradeRefused, BodyTooSlow, MethodUnknown), key=lambda kind: kind.slug())
)
