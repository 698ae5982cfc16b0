"""Runs several programs as one.

They start in order, each stage when the one before is ready; what dies is started again; and all of them end
when the manager does, however it does.
"""

from local.processes.keeper import StartFailedError
from local.processes.manager import Manager, Snapshot
from local.processes.program import Program

__all__ = ["Manager", "Program", "Snapshot", "StartFailedError"]
