"""What may go wrong between worker and app.

WorkerError
├ Unreachable       the app does not answer, or answers 5xx; try again later
├ LeaseLost         409: the job went on without us; drop it
├ Refused           any other 4xx: the request is wrong; the message of the app is kept
│ └ TooOld          426: this worker is older than the app takes
├ Cancelled         the app asked to stop this job
└ Draining          this worker was asked to stop
"""

from __future__ import annotations


class WorkerError(Exception):
    """Base of all errors of the worker."""


class Unreachable(WorkerError):
    """The app does not answer."""


class LeaseLost(WorkerError):
    """Somebody else may be doing the job now."""


class Refused(WorkerError):
    """The app refused the request."""


class TooOld(Refused):
    """This worker must be updated."""


class Cancelled(WorkerError):
    """The job must stop."""


class Draining(WorkerError):
    """The worker must stop."""
