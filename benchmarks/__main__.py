"""Every headline figure in one run: `make bench`; `--keep FILE` writes what was printed, with machine and date."""

import argparse
import io
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

PARTS = ("gateway", "service", "ledger", "imports", "reviews")


def machine() -> str:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return (
        f"{os.cpu_count()} × {processor}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure each headline figure against its floor, in one run.")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args()
    said = io.StringIO()
    said.write(f"# Results\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Printed by `make bench`.\n")
    failed = 0
    for part in asked.parts or PARTS:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{part}"], capture_output=True, text=True, timeout=900, check=False
        )
        failed += done.returncode != 0
        said.write(f"\n## {part}\n\n```\n{done.stdout.rstrip()}\n```\n")
        sys.stderr.write(done.stderr if done.returncode else "")
    print(said.getvalue())
    if asked.keep:
        asked.keep.write_text(said.getvalue(), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
