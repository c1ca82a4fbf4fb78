"""The errors that the SDK raises: each says what happened and what to do now."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple


class RunsteadError(Exception):
    """Something that the server refused or that cannot be done, with the code of the error catalogue.

    >>> try:
    ...     run.add_properties({"author": "someone else"})
    ... except RunsteadError as error:
    ...     print(error.code, error.details["key"])
    property-changed author
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "error",
        hint: str = "",
        status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.status = status
        self.details = dict(details or {})

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    @property
    def is_permanent(self) -> bool:
        """Whether the same request would be refused again, however often it is sent.

        Missing rights (401, 403), a full disk (507), overload and a stopping server pass; an unknown route means that
        something other than a Runstead server answered.
        """
        if self.status is None or not 400 <= self.status < 500 or self.code == "unknown-route":
            return False
        return self.status not in (401, 403, 407, 408, 421, 425, 429)

    @property
    def passes_by_itself(self) -> bool:
        """Whether one who waits may just go on: the server is away, stopping, overloaded, or its disk is full."""
        return self.status in (429, 502, 503, 504, 507)


class UserError(RunsteadError, ValueError):
    """A call that cannot be meant so; nothing was sent."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, code="invalid-argument", hint=hint)


class Unreachable(RunsteadError, ConnectionError):
    """The server gave no answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="unreachable", hint='Is the server running? Start it with "npm start" or "npx runstead up".')

    @property
    def passes_by_itself(self) -> bool:
        return True


class SnapshotError(RunsteadError):
    """A folder that cannot become a snapshot."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, code="snapshot-refused", hint=hint)


class RunEnvironmentError(RunsteadError):
    """The process does not belong to a submitted run."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            code="no-run-context",
            hint="Submit the script with experiment.submit(), or call Run.get_context(allow_offline=True) to log to the terminal.",
        )


class RunFailed(RunsteadError):
    """A run that was waited for has failed; the message is the error of its script."""

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code="run-failed", details=details)


class WaitInterrupted(RunsteadError):
    """Waiting was ended by the user; the run itself goes on."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="wait-interrupted")


class ErrorClasses(NamedTuple):
    """Which classes a connection raises, so that another SDK over this one can raise its own kinds."""

    server: type[RunsteadError] = RunsteadError
    user: type[RunsteadError] = UserError
    unreachable: type[Unreachable] = Unreachable
    snapshot: type[RunsteadError] = SnapshotError
    environment: type[RunsteadError] = RunEnvironmentError
    failed: type[RunsteadError] = RunFailed
    interrupted: type[RunsteadError] = WaitInterrupted


NATIVE_ERRORS = ErrorClasses()
