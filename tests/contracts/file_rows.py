"""Files in and out of the registry, done by its worker."""

from functools import cached_property
from typing import Any

from tests.contracts.caller import Row
from tests.contracts.registry_rows import OFFICER
from tests.contracts.review_rows import ReviewRows
from tests.running import until

_COLUMNS = "Mã hộ,Mã xã,Thôn bản,Họ và tên,Giới tính,Ngày sinh,Dân tộc,Quan hệ với chủ hộ\n"


class FileRows(ReviewRows):
    """Imports and exports that are done."""

    def table(self) -> str:
        """Return a table of a household that no table before held, and of another that is refused for its sex."""
        number = self.number()
        fit = f"a{number},04117,Bản Xum,Lò Thị {number},nữ,1970-05-01,Thái,chủ hộ\n"
        return _COLUMNS + fit + fit.replace("nữ", "?").replace("a", "b", 1)

    def upload(self) -> Row:
        headers = {"Authorization": f"Bearer {self._token(OFFICER)}", "Content-Type": "text/csv"}
        sent = self._http.post("/v1/beneficiaries/imports", content=self.table().encode(), headers=headers)
        entered: Row = sent.raise_for_status().json()
        return entered

    @cached_property
    def imported(self) -> Row:
        """An import that took one household and refused another."""
        done = self._done(self.upload(), "imports")
        assert done["households"] == {"read": 2, "accepted": 1, "unchanged": 0, "refused": 1}, done
        return done

    @cached_property
    def exported(self) -> Row:
        return self._done(self._make(OFFICER, "beneficiaries/exports", {"list": "households"}), "exports")

    @cached_property
    def lists(self) -> list[str]:
        """Lists that can be exported."""
        found = self.get("/v1/beneficiaries/exports/lists", OFFICER).json()["items"]
        return [one["name"] for one in found]

    def _done(self, entered: Row, noun: str) -> Row:
        known: dict[str, Any] = entered

        def is_done() -> bool:
            known.update(self.get(f"/v1/beneficiaries/{noun}/{entered['id']}", OFFICER).json())
            return bool(known["finished_at"])

        until(is_done)
        return known
