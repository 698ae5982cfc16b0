from kit.http import router
from services.loans.schedules.contract import plan
from services.loans.schedules.schemas import QuoteIn, QuoteOut

quotes = router("quotes", "Quotes")


@quotes.post("", operation_id="quote_loan", summary="Work out the schedule of a loan")
async def quote_loan(terms: QuoteIn) -> QuoteOut:
    """Return every due date of a loan with these terms: principal, interest, and what is still lent after it.

    Nothing is stored and nobody needs to sign in. Interest is balance × days × annual rate ÷ 365, with 365 in every
    year (Circular 14/2017); the first day does not count, the last one does. It is rounded to whole đồng for each
    stretch of days with one balance, and each such stretch is shown in `explanation`. Principal is repaid in equal
    parts every 6 or 12 months, and the last row takes what is left.
    """
    return QuoteOut.of(plan(terms.contract()))
