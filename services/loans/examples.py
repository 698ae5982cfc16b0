"""The rows that the examples in the documents speak of, by ids that a client chose. The demonstration leaves them."""

from typing import Final

HOUSEHOLD: Final = "018d4b1e-5f00-7000-8000-000000000001"
ELIGIBLE: Final = "018d4b1e-5f00-7000-8000-000000000201"
"""An application that waits for its approval."""
TO_VERIFY: Final = "018d4b1e-5f00-7000-8000-000000000202"
"""Another one, whose answer of the registry may be renewed."""
APPROVED: Final = "018d4b1e-5f00-7000-8000-000000000203"
"""An application that waits to be paid out."""
LOAN: Final = "018d4b1e-5f00-7000-8000-000000000204"
