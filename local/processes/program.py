from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """One program to be kept running.

    `address` is its base address and `ready_path` answers 200 there when it takes requests. A worker has none
    and counts as ready once it has lived for `settles` seconds. `environment` is added to ours.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # holds secrets
    address: str | None = None
    ready_path: str = "/readyz"
    settles: float = 0.0

    @property
    def ready_url(self) -> str | None:
        return None if self.address is None else f"{self.address}{self.ready_path}"
