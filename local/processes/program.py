from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """One program to be kept running.

    `address` is its base address, None for a worker, which counts as ready once it runs; `ready_path` answers
    200 when it takes requests. `environment` is added to ours.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # holds secrets
    address: str | None = None
    ready_path: str = "/readyz"

    @property
    def ready_url(self) -> str | None:
        return None if self.address is None else f"{self.address}{self.ready_path}"
