"""The programmes of the policy bank, from the reference table, each with how sure its figures are.

The table gives no first day for most rates. They count from 1 January 2021, the first day of the account that the
district gives, and say so in `decision`. Six programmes are known by code only and have no terms yet.
"""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "20261124_programmes"
down_revision = "20261124_foundation"
branch_labels = None
depends_on = None

_START = date(2021, 1, 1)
_NO_FIRST_DAY = "First day not in the reference table; taken from 1 January 2021"

_PROGRAMMES = sa.table(
    "programmes",
    sa.column("id", sa.Uuid),
    sa.column("code", sa.Text),
    sa.column("official_code", sa.Text),
    sa.column("name_vi", sa.Text),
    sa.column("name_en", sa.Text),
    sa.column("name_fr", sa.Text),
    sa.column("bank", sa.Text),
    sa.column("beneficiary", sa.Text),
    sa.column("statuses", sa.ARRAY(sa.Text)),
    sa.column("years_after_leaving", sa.SmallInteger),
    sa.column("verified", sa.Text),
    sa.column("source", sa.Text),
)
_TERMS = sa.table(
    "programme_terms",
    sa.column("id", sa.Uuid),
    sa.column("programme_id", sa.Uuid),
    sa.column("annual_rate", sa.BigInteger),
    sa.column("max_amount", sa.BigInteger),
    sa.column("max_amount_per", sa.Text),
    sa.column("max_term_months", sa.SmallInteger),
    sa.column("valid_from", sa.Date),
    sa.column("decision", sa.Text),
    sa.column("verified", sa.Text),
    sa.column("recorded_by", sa.Text),
)

_GITHUB_CODES = "GitHub ids 68336472918, 68664609161"
_CODE_ONLY = "code only"

# code, official code, names (vi, en, fr), beneficiary, statuses, years after leaving the list, verified, source
_ROWS = (
    ("poor", "01", "Cho vay hộ nghèo", "Loans to poor households", "Prêts aux ménages pauvres",
     "poor household on commune list", ["poor"], None,
     "rate 0.55%/month press 2017; cap/term memory (100M loan seen in 2021 VBSP story)",
     "en.qdnd.vn 491521; eng.vbsp.org.vn motivation-from-preferential-policy-credit; Decree 06/2026 Art.32 for overdue"),
    ("near-poor", "19", "Cho vay hộ cận nghèo (QĐ 15/2013)", "Loans to near-poor households",
     "Prêts aux ménages quasi pauvres", "near-poor household", ["near_poor"], None,
     "memory (2013 text: <=130% of poor rate; 120% since 2015 = memory)", "d6.vxtdemo02.com; sggpnews 56288"),
    ("newly-escaped", "09", "Cho vay hộ mới thoát nghèo (QĐ 28/2015)", "Loans to households newly out of poverty",
     "Prêts aux ménages récemment sortis de la pauvreté", "left poor/near-poor list <=3 years", ["newly_escaped"], 3,
     "125% of poor rate, <=3 years, <=5 years, cap = poor cap: sourced; later extension memory",
     "eng.vbsp.org.vn soft-loans-offered-...; en.vietnamplus.vn 78101"),
    ("student", "02", "Cho vay HSSV có hoàn cảnh khó khăn", "Loans to students in difficulty",
     "Prêts aux étudiants en difficulté", "student of poor/near-poor/difficult household", [], None,
     "GitHub citizen Q&A file (low reliability) + memory (QĐ 157/2007, 05/2022)", "find_string id 55893986496"),
    ("job-creation", "03", "Cho vay hỗ trợ tạo việc làm (NĐ 338/2025 from 2026-01-01)", "Loans for job creation",
     "Prêts pour la création d'emplois", "worker 15+", [], None, "sourced (press)", "xe.today 2025/12/27"),
    ("clean-water", "06", "Nước sạch & VSMT nông thôn (QĐ 10/2024, from 2024-09-02)",
     "Clean water and rural sanitation", "Eau propre et assainissement rural", "household resident in rural area",
     [], None, "sourced", "lawnet.vn 167361, 167371"),
    ("difficult-area", None, "SXKD vùng khó khăn (QĐ 31/2007)", "Production and business in difficult areas",
     "Production et commerce en zone difficile", "non-poor household producing in difficult area", [], None,
     "sourced (old page); later cap 100M memory",
     "eng.vbsp.org.vn business-production-households-in-disadvantaged-areas"),
    ("poor-housing", "07", "Cho vay hộ nghèo về nhà ở (QĐ 33/2015)", "Housing loans to poor households",
     "Prêts au logement pour ménages pauvres", "poor household", ["poor"], None, "memory", ""),
    ("ethnic-minority", None, "NĐ 28/2022 (đất ở, nhà ở, chuyển đổi nghề, vùng DTTS&MN)",
     "Land, housing and change of trade in ethnic minority and mountain areas",
     "Terre, logement et reconversion en zone de minorités et de montagne", "poor EM household etc.", [], None,
     "memory", ""),
    ("poor-ethnic-minority", "17", "DTTS nghèo QĐ 755", "Poor ethnic minority households",
     "Ménages pauvres de minorités ethniques", "", [], None, _CODE_ONLY, _GITHUB_CODES),
    ("work-abroad", "04", "Đi lao động nước ngoài", "Work abroad", "Travail à l'étranger", "", [], None, _CODE_ONLY,
     "same"),
    ("social-housing", "12", "Nhà ở xã hội NĐ 100", "Social housing", "Logement social", "", [], None, _CODE_ONLY,
     "same"),
    ("after-sentence", "26", "Người chấp hành xong án phạt tù (QĐ 22/2023)", "People who have served a sentence",
     "Personnes ayant purgé leur peine", "", [], None, _CODE_ONLY, "same"),
)  # fmt: skip

# programme, millionths of a percent a year, largest amount, per, longest term, from, decision
_RATES = (
    ("poor", 6_600_000, 100_000_000, "household", 120, _START, _NO_FIRST_DAY),
    ("near-poor", 7_920_000, 100_000_000, "household", 120, _START, f"120 % of the poor rate. {_NO_FIRST_DAY}"),
    ("newly-escaped", 8_250_000, 100_000_000, "household", 60, _START, f"125 % of the poor rate. {_NO_FIRST_DAY}"),
    ("student", 6_600_000, 4_000_000, "month", None, _START, _NO_FIRST_DAY),
    ("job-creation", 8_382_000, 200_000_000, "household", 120, date(2026, 1, 1),
     "Decree 338/2025: 127 % of the poor rate; the poor rate itself for some workers"),
    ("clean-water", 9_000_000, 25_000_000, "work", 60, date(2024, 9, 2), "Decision 10/2024; two kinds of work"),
    ("difficult-area", 9_000_000, 50_000_000, "household", 120, _START,
     f"To below 100 million with conditions; term as for the poor. {_NO_FIRST_DAY}"),
    ("poor-housing", 3_000_000, 25_000_000, "household", 180, _START, _NO_FIRST_DAY),
    ("ethnic-minority", 3_000_000, 40_000_000, "household", 180, _START,
     f"3.0 to 3.3 %, 40 to 50 million by purpose: the lower figures. {_NO_FIRST_DAY}"),
)  # fmt: skip


def upgrade() -> None:
    names = ("code", "official_code", "name_vi", "name_en", "name_fr", "beneficiary", "statuses",
             "years_after_leaving", "verified", "source")  # fmt: skip
    op.bulk_insert(
        _PROGRAMMES,
        [{"id": _id(row[0]), "bank": "vbsp", **dict(zip(names, row, strict=True))} for row in _ROWS],
    )
    sure = {row[0]: row[8] for row in _ROWS}
    op.bulk_insert(
        _TERMS,
        [
            {
                "id": uuid5(NAMESPACE_URL, f"forthepoor/programme/{code}/{starts}"),
                "programme_id": _id(code),
                "annual_rate": rate,
                "max_amount": most,
                "max_amount_per": per,
                "max_term_months": longest,
                "valid_from": starts,
                "decision": decision,
                "verified": sure[code],
                "recorded_by": "reference table",
            }
            for code, rate, most, per, longest, starts, decision in _RATES
        ],
    )


def downgrade() -> None:
    op.execute("delete from programme_terms where recorded_by = 'reference table'")
    op.execute("delete from programmes")


def _id(code: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"forthepoor/programme/{code}")
