"""The columns of a file of households: their names in three languages, what they take, what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kit.problems import Language
from kit.values.text import fold
from services.beneficiaries.imports.errors import ColumnsWrong

Words = Mapping[Language, str]


@dataclass(frozen=True)
class Column:
    """A column: `name` as the API calls it, `titles` as people head it, `meaning`, one `example`.

    aliases: other headings that are understood; all are compared without accents, case and punctuation.
    """

    name: str
    titles: Words
    meaning: Words
    example: str
    needed: bool = True
    aliases: Sequence[str] = ()


COLUMNS: Final = (
    Column(
        "household",
        {"en": "Household", "vi": "Mã hộ", "fr": "Ménage"},
        {
            "en": "Any mark that the rows of one household share; they stand together, one row for each member",
            "vi": "Ký hiệu chung cho các dòng của một hộ; các dòng liền nhau, mỗi thành viên một dòng",
            "fr": "Une marque commune aux lignes d'un ménage ; elles se suivent, une ligne par membre",
        },
        "1",
        aliases=("Số hộ", "Hộ", "STT hộ", "Mã số hộ"),
    ),
    Column(
        "area_code",
        {"en": "Commune code", "vi": "Mã xã", "fr": "Code de commune"},
        {
            "en": "Code of the commune on the day of registration, five digits",
            "vi": "Mã xã vào ngày đăng ký, năm chữ số",
            "fr": "Code de la commune au jour de l'enregistrement, cinq chiffres",
        },
        "04105",
        aliases=("Mã đơn vị hành chính", "Mã ĐVHC", "Mã xã phường", "Mã xã, phường, thị trấn"),
    ),
    Column(
        "village",
        {"en": "Village", "vi": "Thôn, bản", "fr": "Village"},
        {
            "en": "Village; one of the commune's list where it has one",
            "vi": "Tên thôn, bản; thuộc danh mục của xã nếu xã có danh mục",
            "fr": "Village ; de la liste de la commune là où elle en a une",
        },
        "Bản Nà Bó",
        aliases=("Thôn", "Bản", "Tiểu khu", "Thôn bản, tổ dân phố", "Tên thôn bản"),
    ),
    Column(
        "address",
        {"en": "Address", "vi": "Địa chỉ", "fr": "Adresse"},
        {"en": "Within the village", "vi": "Trong thôn, bản", "fr": "Dans le village"},
        "Số 12",
        needed=False,
    ),
    Column(
        "registered_on",
        {"en": "Registered on", "vi": "Ngày đăng ký", "fr": "Enregistré le"},
        {
            "en": "Day, as 2024-01-31 or 31/01/2024; today without it",
            "vi": "Ngày, viết 2024-01-31 hoặc 31/01/2024; để trống là hôm nay",
            "fr": "Jour, comme 2024-01-31 ou 31/01/2024 ; aujourd'hui s'il manque",
        },
        "2026-01-15",
        needed=False,
    ),
    Column(
        "full_name",
        {"en": "Full name", "vi": "Họ và tên", "fr": "Nom complet"},
        {"en": "Of the member", "vi": "Của thành viên", "fr": "Du membre"},
        "Lò Thị Đôi",
        aliases=("Họ tên", "Họ và tên thành viên", "Nom"),
    ),
    Column(
        "sex",
        {"en": "Sex", "vi": "Giới tính", "fr": "Sexe"},
        {"en": "female or male", "vi": "nữ hoặc nam", "fr": "femme ou homme"},
        "nữ",
        aliases=("Giới", "Nam/nữ"),
    ),
    Column(
        "birth_date",
        {"en": "Born", "vi": "Ngày sinh", "fr": "Né le"},
        {
            "en": "As 1984-03-02 or 02/03/1984; only 03/1984 or 1984 where no more is known",
            "vi": "Viết 1984-03-02 hoặc 02/03/1984; chỉ 03/1984 hoặc 1984 nếu không biết hơn",
            "fr": "Comme 1984-03-02 ou 02/03/1984 ; 03/1984 ou 1984 si l'on n'en sait pas plus",
        },
        "02/03/1984",
        aliases=("Ngày tháng năm sinh", "Năm sinh", "Ngày, tháng, năm sinh", "Birth date", "Date de naissance"),
    ),
    Column(
        "ethnicity",
        {"en": "Ethnic group", "vi": "Dân tộc", "fr": "Groupe ethnique"},
        {
            "en": "Code 01 to 54, or the name in the list of the 54 groups",
            "vi": "Mã 01 đến 54, hoặc tên trong danh mục 54 dân tộc",
            "fr": "Code 01 à 54, ou nom de la liste des 54 groupes",
        },
        "Thái",
        aliases=("Mã dân tộc", "Ethnicity"),
    ),
    Column(
        "relation",
        {"en": "Relation to the head", "vi": "Quan hệ với chủ hộ", "fr": "Lien avec le chef"},
        {
            "en": "head, spouse, child, child_in_law, parent, parent_in_law, grandparent, grandchild, sibling,"
            " other_relative or not_related; one member is the head",
            "vi": "chủ hộ, vợ, chồng, con, con dâu, con rể, bố, mẹ, bố vợ, mẹ chồng, ông, bà, cháu nội, cháu ngoại,"
            " anh, chị, em, họ hàng khác, không họ hàng; mỗi hộ một chủ hộ",
            "fr": "chef, conjoint, enfant, gendre, belle-fille, parent, beau-parent, grand-parent, petit-enfant, frère,"
            " sœur, autre parent, sans lien ; un seul chef",
        },
        "chủ hộ",
        aliases=("Quan hệ", "Mối quan hệ với chủ hộ"),
    ),
    Column(
        "identity_number",
        {"en": "Identity number", "vi": "Số định danh cá nhân", "fr": "Numéro d'identité"},
        {
            "en": "Twelve digits, as text: a spreadsheet drops the leading zero of a number",
            "vi": "Mười hai chữ số, dạng văn bản: bảng tính bỏ số 0 ở đầu của một số",
            "fr": "Douze chiffres, en texte : un tableur ôte le zéro initial d'un nombre",
        },
        "014184000123",
        needed=False,
        aliases=("Số định danh", "CCCD", "Số CCCD", "Số CCCD/ĐDCN", "Căn cước", "Số căn cước"),
    ),
    Column(
        "phone",
        {"en": "Telephone", "vi": "Điện thoại", "fr": "Téléphone"},
        {"en": "As 0987654321 or +84987654321", "vi": "Viết 0987654321 hoặc +84987654321", "fr": "Comme 0987654321"},
        "0987654321",
        needed=False,
        aliases=("Số điện thoại", "SĐT", "Phone"),
    ),
    Column(
        "joined_on",
        {"en": "Member since", "vi": "Ngày vào hộ", "fr": "Membre depuis"},
        {
            "en": "Day; the day of registration without it",
            "vi": "Ngày; để trống là ngày đăng ký",
            "fr": "Jour ; celui de l'enregistrement s'il manque",
        },
        "2026-01-15",
        needed=False,
    ),
    Column(
        "mother",
        {"en": "Mother", "vi": "Mẹ", "fr": "Mère"},
        {
            "en": "Name or identity number of the mother, as her own row of the same household has it",
            "vi": "Họ tên hoặc số định danh của mẹ, như ghi ở dòng của bà trong cùng hộ",
            "fr": "Nom ou numéro d'identité de la mère, comme dans sa ligne du même ménage",
        },
        "",
        needed=False,
        aliases=("Họ tên mẹ", "Mother's name", "Nom de la mère"),
    ),
    Column(
        "father",
        {"en": "Father", "vi": "Cha", "fr": "Père"},
        {
            "en": "Name or identity number of the father, as his own row of the same household has it",
            "vi": "Họ tên hoặc số định danh của cha, như ghi ở dòng của ông trong cùng hộ",
            "fr": "Nom ou numéro d'identité du père, comme dans sa ligne du même ménage",
        },
        "",
        needed=False,
        aliases=("Bố", "Họ tên cha", "Họ tên bố", "Father's name", "Nom du père"),
    ),
)
ERRORS: Final = Column(
    "errors",
    {"en": "Errors", "vi": "Lỗi", "fr": "Erreurs"},
    {
        "en": "Written by the report of refused rows; read past when the file is sent again",
        "vi": "Do báo cáo dòng bị từ chối ghi; được bỏ qua khi gửi lại tệp",
        "fr": "Écrit par le rapport des lignes refusées ; ignoré quand le fichier est renvoyé",
    },
    "",
    needed=False,
)

_BY_HEADING: Final = {
    fold(heading): column.name
    for column in (*COLUMNS, ERRORS)
    for heading in (column.name, *column.titles.values(), *column.aliases)
}
_TITLES: Final = {column.name: column.titles for column in COLUMNS}


def title(name: str | None, language: Language) -> str | None:
    """Return how people head a column, None for a whole row."""
    return None if name is None else _TITLES[name][language] if name in _TITLES else name


def read_header(cells: Sequence[str], sheet: str | None) -> list[str]:
    """Return the columns' names in the order of the file.

    Errors: ColumnsWrong for a heading that is unknown or stands twice, and for one that is missing.
    """
    trimmed = [cell.strip() for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    found = [_BY_HEADING.get(fold(cell)) for cell in trimmed]
    unknown = [cell[:50] or "∅" for cell, name in zip(trimmed, found, strict=True) if name is None]
    names = [name for name in found if name is not None]
    unknown += sorted({name for name in names if names.count(name) > 1})
    missing = [column.name for column in COLUMNS if column.needed and column.name not in names]
    if unknown or missing:
        raise ColumnsWrong(
            sheet=sheet or "–", missing=", ".join(missing) or "–", unknown=", ".join(unknown)[:500] or "–"
        )
    return names
