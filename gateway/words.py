"""What the pages say, in the three languages."""

from typing import TypedDict

from kit.problems import Language

# What the services count in; a unit that is not here is shown as it comes.
UNITS: dict[str, dict[Language, str]] = {
    "turns": {"vi": "lượt", "en": "turns", "fr": "versements"},
    "households": {"vi": "hộ", "en": "households", "fr": "ménages"},
    "people": {"vi": "người", "en": "people", "fr": "personnes"},
    "donations": {"vi": "lượt", "en": "donations", "fr": "dons"},
    "person-days": {"vi": "ngày công", "en": "person-days", "fr": "journées"},
    "kg": {"vi": "kg", "en": "kg", "fr": "kg"},
    "VND": {"vi": "đồng", "en": "VND", "fr": "VND"},
}
SERVICES: dict[str, dict[Language, str]] = {
    "beneficiaries": {"vi": "Hộ nghèo", "en": "Households", "fr": "Ménages"},
    "funds": {"vi": "Quỹ Vì người nghèo", "en": "The Fund", "fr": "Le Fonds"},
    "loans": {"vi": "Vốn vay", "en": "Loans", "fr": "Prêts"},
}
# Thousands and decimals as each language writes them.
SEPARATORS: dict[Language, tuple[str, str]] = {"vi": (".", ","), "en": (",", "."), "fr": ("\u202f", ",")}
LANGUAGE_NAMES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English", "fr": "Français"}


class Card(TypedDict):
    address: str
    title: str
    text: str


class Words(TypedDict):
    name: str
    skip: str
    languages: str
    footer: str
    heading: str
    lead: str
    cards: list[Card]
    impact: str
    impact_lead: str
    figure: str
    value: str
    counts: str
    begin: str
    end: str
    show: str
    withheld: str
    missing: str
    as_data: str
    problem: str
    problem_lead: str
    problem_list: str
    status: str
    code: str
    meaning: str
    address: str
    help: str


def _cards(*cards: tuple[str, str, str]) -> list[Card]:
    return [{"address": address, "title": title, "text": text} for address, title, text in cards]


WORDS: dict[Language, Words] = {
    "vi": {
        "name": "Vì người nghèo",
        "skip": "Đến nội dung chính",
        "languages": "Ngôn ngữ",
        "footer": "Huyện Mai Sơn, tỉnh Sơn La. Mọi con số đều được tính từ sổ sách gốc.",
        "heading": "Không để ai bị bỏ lại phía sau",
        "lead": "Đây là sổ chung của phong trào “Vì người nghèo”: hộ nghèo và quyền lợi của họ, tiền và hàng đã nhận "
        "và đã trao, vốn vay và các nhóm tiết kiệm.",
        "cards": _cards(
            (
                "/impact",
                "Kết quả",
                "Những việc đã làm được, tính trực tiếp từ sổ sách, theo khoảng thời gian.",
            ),
            ("/v1/funds/campaigns", "Công khai thu chi", "Các đợt vận động và tài khoản của từng đợt."),
            ("/docs", "Dùng thử API", "Đăng nhập rồi gọi thử từng chức năng ngay trong trình duyệt."),
            ("/redoc", "Tài liệu API", "Cùng nội dung, trình bày để đọc."),
            ("/openapi.json", "OpenAPI", "Mô tả cho máy đọc, dành cho ứng dụng và ngân hàng đối tác."),
            ("/problems", "Các thông báo lỗi", "Từng loại lỗi có nghĩa là gì và cần làm gì."),
        ),
        "impact": "Kết quả đã đạt được",
        "impact_lead": "Tính từ sổ sách gốc vào lúc bạn mở trang này, cho khoảng thời gian bạn chọn.",
        "figure": "Chỉ tiêu",
        "value": "Giá trị",
        "counts": "Cách tính (tiếng Anh)",
        "begin": "Từ ngày",
        "end": "Đến ngày",
        "show": "Xem",
        "withheld": "không công bố, để bảo vệ các hộ",
        "missing": "Tạm thời chưa có số liệu của",
        "as_data": "Dạng dữ liệu (JSON)",
        "problem": "Thông báo lỗi",
        "problem_lead": "Máy chủ trả lời như sau khi không thể thực hiện một yêu cầu.",
        "problem_list": "Các thông báo lỗi",
        "status": "Mã trạng thái HTTP",
        "code": "Mã lỗi",
        "meaning": "Ý nghĩa",
        "address": "Địa chỉ trang này",
        "help": "Khi cần hỗ trợ, hãy gửi kèm giá trị request_id có trong câu trả lời.",
    },
    "en": {
        "name": "For the Poor",
        "skip": "Skip to the content",
        "languages": "Languages",
        "footer": "Mai Sơn district, Sơn La province. Every figure is computed from the records.",
        "heading": "No one is left behind",
        "lead": "These are the books of the movement “For the Poor”: poor households and what they are entitled to, "
        "money and goods received and handed on, loans and savings groups.",
        "cards": _cards(
            (
                "/impact",
                "What was done",
                "The figures of the movement, computed from the records, for any period.",
            ),
            ("/v1/funds/campaigns", "Public accounts", "The appeals, and the account of each of them."),
            ("/docs", "Try the API", "Sign in and call every operation from the browser."),
            ("/redoc", "Read the API", "The same content, laid out for reading."),
            ("/openapi.json", "OpenAPI", "The description for machines: mobile apps and partner banks."),
            ("/problems", "Error messages", "What each kind of refusal means."),
        ),
        "impact": "What was done",
        "impact_lead": "Computed from the records when you opened this page, for the period you choose.",
        "figure": "Figure",
        "value": "Value",
        "counts": "What is counted",
        "begin": "From",
        "end": "To",
        "show": "Show",
        "withheld": "withheld, to protect households",
        "missing": "Not available just now",
        "as_data": "As data (JSON)",
        "problem": "Error message",
        "problem_lead": "The server answers this way when it cannot do what was asked.",
        "problem_list": "Error messages",
        "status": "HTTP status",
        "code": "Code",
        "meaning": "Meaning",
        "address": "Address of this page",
        "help": "When you ask for help, send the request_id of the answer along.",
    },
    "fr": {
        "name": "Pour les pauvres",
        "skip": "Aller au contenu",
        "languages": "Langues",
        "footer": "District de Mai Sơn, province de Sơn La. Chaque chiffre est calculé à partir des registres.",
        "heading": "Que personne ne soit laissé de côté",
        "lead": "Voici les livres du mouvement « Pour les pauvres » : les ménages pauvres et leurs droits, l'argent et "
        "les biens reçus et remis, les prêts et les groupes d'épargne.",
        "cards": _cards(
            (
                "/impact",
                "Ce qui a été fait",
                "Les chiffres du mouvement, calculés à partir des registres.",
            ),
            ("/v1/funds/campaigns", "Comptes publics", "Les campagnes, et le compte de chacune."),
            ("/docs", "Essayer l'API", "Se connecter et appeler chaque opération depuis le navigateur."),
            ("/redoc", "Lire l'API", "Le même contenu, mis en page pour la lecture."),
            (
                "/openapi.json",
                "OpenAPI",
                "La description pour les machines : applications et banques partenaires.",
            ),
            ("/problems", "Messages d'erreur", "Ce que signifie chaque refus."),
        ),
        "impact": "Ce qui a été fait",
        "impact_lead": "Calculé à partir des registres à l'ouverture de cette page, pour la période choisie.",
        "figure": "Indicateur",
        "value": "Valeur",
        "counts": "Ce qui est compté (en anglais)",
        "begin": "Du",
        "end": "Au",
        "show": "Afficher",
        "withheld": "non publié, pour protéger les ménages",
        "missing": "Indisponible pour le moment",
        "as_data": "Sous forme de données (JSON)",
        "problem": "Message d'erreur",
        "problem_lead": "Le serveur répond ainsi quand il ne peut pas faire ce qui est demandé.",
        "problem_list": "Messages d'erreur",
        "status": "Statut HTTP",
        "code": "Code",
        "meaning": "Signification",
        "address": "Adresse de cette page",
        "help": "Pour demander de l'aide, joignez le request_id de la réponse.",
    },
}
