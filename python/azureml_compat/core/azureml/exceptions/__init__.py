"""The exceptions that code for azureml-core catches. All are errors of the Runstead SDK too, with its code and hint."""

from __future__ import annotations

import json
from typing import Any, Mapping

from runstead.errors import ErrorClasses, RunsteadError, Unreachable


class AzureMLException(RunsteadError):
    """The base of all; catch it to catch them all."""

    def __init__(
        self,
        exception_message: str,
        inner_exception: BaseException | None = None,
        target: str | None = None,
        details: Any = None,
        *,
        code: str = "UserError",
        hint: str = "",
        status: int | None = None,
        **ignored: Any,
    ) -> None:
        known = details if isinstance(details, Mapping) else {}
        # By name: some of these are another error of the SDK as well, with arguments of its own.
        RunsteadError.__init__(self, exception_message, code=code, hint=hint, status=status, details=known)
        self.inner_exception = inner_exception
        self.target = target

    def __str__(self) -> str:
        text = super().__str__()
        response = json.dumps({"error": {"code": self.code, "message": text}}, indent=4, ensure_ascii=False)
        return f"{type(self).__name__}:\n\tMessage: {text}\n\tInnerException {self.inner_exception}\n\tErrorResponse \n{response}"


class AzureMLAggregatedException(AzureMLException):
    """Several errors at once."""

    def __init__(self, exceptions_list: list[BaseException], **kwargs: Any) -> None:
        super().__init__("\n".join(str(one) for one in exceptions_list), **kwargs)
        self.exceptions_list = exceptions_list


class UserErrorException(AzureMLException):
    """A call that cannot be meant so."""


class AuthenticationException(UserErrorException):
    """Nobody is signed in, or not the right one."""


class ServiceException(AzureMLException):
    """The server refused a request; `status_code` is its HTTP status."""

    @property
    def status_code(self) -> int | None:
        return self.status


class ServiceUnreachableException(ServiceException, Unreachable):
    """The server gave no answer."""

    def __init__(self, message: str) -> None:
        reason = Unreachable(message)
        AzureMLException.__init__(self, reason.message, code=reason.code, hint=reason.hint)


class ActivityFailedException(AzureMLException):
    """A run that was waited for has failed; the message holds the error of its script."""

    def __init__(self, error_details: str, **kwargs: Any) -> None:
        super().__init__(f"Activity Failed:\n{error_details}", **kwargs)


class RunEnvironmentException(AzureMLException):
    """The process does not belong to a submitted run."""

    def __init__(self, exception_message: str = "", **kwargs: Any) -> None:
        usual = "Could not load a submitted run, if outside of an execution context, use experiment.start_logging"
        super().__init__(f"{usual} to initialize an azureml.core.Run.", **kwargs)


class TrainingException(AzureMLException):
    """Training failed."""


class ExperimentExecutionException(AzureMLException):
    """A run could not be executed, or waiting for it was interrupted."""


class ProjectSystemException(AzureMLException):
    """A project folder cannot be used."""


class SnapshotException(AzureMLException):
    """A folder cannot become a snapshot."""


class WorkspaceException(AzureMLException):
    """A workspace cannot be found or made."""


class WorkspacePrivateEndpointException(AzureMLException):
    """A private endpoint cannot be managed."""


class ComputeTargetException(AzureMLException):
    """A compute target cannot be used."""


class RunConfigurationException(AzureMLException):
    """A run configuration cannot be meant so."""


class WebserviceException(AzureMLException):
    """A web service failed."""

    def __init__(self, exception_message: str, status_code: int | None = None, logger: Any = None, **kwargs: Any) -> None:
        super().__init__(exception_message, **{"status": status_code, **kwargs})
        self.status_code = status_code


class ModelNotFoundException(AzureMLException):
    """There is no such model."""


class ModelPathNotFoundException(AzureMLException):
    """A model has no file at that path."""


class DiscoveryUrlNotFoundException(AzureMLException):
    """The environment of a run names no server."""


class DatasetTimestampMissingError(AzureMLException):
    """A data set has no column of times."""


class ParallelRunException(AzureMLException):
    """A parallel run failed."""


#: What the Runstead SDK raises when it is used through the azureml names.
AZUREML_ERRORS = ErrorClasses(
    server=ServiceException,
    user=UserErrorException,
    unreachable=ServiceUnreachableException,
    snapshot=SnapshotException,
    environment=RunEnvironmentException,
    failed=ActivityFailedException,
    interrupted=ExperimentExecutionException,
)

__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, AzureMLException)]
