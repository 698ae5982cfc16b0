"""Starts a program that cannot outlive the process that started it.

On Linux the kernel itself sends the signal when the parent is gone, even after `kill -9` of the parent.
Elsewhere nothing can promise that; there the next start finds what was left behind by its process id and
ends it.

This file is run by its path, in isolation, before anything of the project is imported, and possibly on the
way to an account that cannot read the project: it uses the standard library only.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def leashed(
    command: Sequence[str],
    *,
    ending: signal.Signals = signal.SIGTERM,
    account: tuple[int, int] | None = None,
) -> list[str]:
    """The command line that runs `command` on a leash held by this process.

    `ending` is sent to it when this process is gone; `account` is the (user id, group id) to become first.
    """
    uid, gid = account or (-1, -1)
    leash = [sys.executable, "-I", "-S", __file__]
    return [*leash, str(os.getpid()), str(int(ending)), str(uid), str(gid), *command]


def _main(words: list[str]) -> None:
    holder, ending, uid, gid = map(int, words[:4])
    command = words[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After the change of account, which clears it.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, ending, 0, 0, 0)
    if os.getppid() != holder:  # gone before the kernel knew that we care
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 -- a program of ours, no shell wanted


if __name__ == "__main__":
    _main(sys.argv[1:])
