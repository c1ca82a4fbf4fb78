"""Lets a job's script find azureml and runstead, wherever its environment has none of its own.

This folder is first on PYTHONPATH and holds nothing else. Any interpreter may be asked to run a job, so this file uses
no syntax that an old one would stumble over, and it costs a script that needs neither package next to nothing: the
finder below is asked only for modules that nothing else has found.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_PYTHON = os.path.dirname(os.path.dirname(os.path.dirname(_HERE)))
#: Beside the package in its source folder, within it where it was installed as a wheel.
_AZUREML_FOLDERS = [os.path.join(_PYTHON, "azureml_compat"), os.path.join(_PYTHON, "runstead", "azureml_compat")]


def _chain_to_the_other_sitecustomize():
    """Run the sitecustomize that this one hides, as the interpreter would have."""
    from importlib.machinery import PathFinder

    others = [folder for folder in sys.path if os.path.abspath(folder or ".") != _HERE]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    from importlib.util import module_from_spec

    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


class LastResortFinder(object):
    """Stands last among the finders: what the environment has wins."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        from importlib.machinery import PathFinder

        if name == "runstead":
            return PathFinder.find_spec(name, [_PYTHON])
        if name == "azureml":
            # Appended, so that parts of azureml that are imported later are found as in any installation.
            sys.path.extend(_azureml_roots())
            return PathFinder.find_spec(name)
        if name.startswith("azureml.") and name.count(".") == 1 and not cls._has_real_core(path):
            return PathFinder.find_spec(name, [os.path.join(root, "azureml") for root in _azureml_roots()])
        return None

    @staticmethod
    def _has_real_core(path):
        from importlib.machinery import PathFinder

        return PathFinder.find_spec("azureml.core", path) is not None


class RealCoreWatch(object):
    """Sees to it that a script that uses azureml-core itself loses nothing when it ends: that package sends its metrics
    about once a second, and leaves what is still queued to the launcher."""

    SECONDS_MAX = 60

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "azureml._run_impl.run_base":
            sys.meta_path.remove(cls)
            # What stops the threads that send is registered when this is imported, and the last to be registered goes first.
            import concurrent.futures.thread  # noqa: F401
            import threading

            threading._register_atexit(cls._flush)
            os.register_at_fork(after_in_child=cls._forget)
        return None

    @classmethod
    def _flush(cls):
        from contextlib import redirect_stdout

        run_base = sys.modules.get("azureml._run_impl.run_base")
        if run_base is not None and not run_base._RunBase._registered_kill_handlers.empty():
            # It tells how it goes: nothing that belongs into the output of a script.
            with redirect_stdout(sys.stderr):
                run_base._RunBase._kill(cls.SECONDS_MAX)

    @staticmethod
    def _forget():
        """The threads that send what the parent has logged are the parent's."""
        run_base = sys.modules.get("azureml._run_impl.run_base")
        if run_base is not None:
            run_base._RunBase._registered_kill_handlers = type(run_base._RunBase._registered_kill_handlers)()


def _azureml_roots():
    for folder in filter(os.path.isdir, _AZUREML_FOLDERS):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if not name.startswith(("_", "."))]
    return []


if sys.version_info >= (3, 9):
    sys.meta_path.insert(0, RealCoreWatch)
    sys.meta_path.append(LastResortFinder)
    _chain_to_the_other_sitecustomize()
