"""Virtual environments of the real clients that tests and measurements use: one for each list of requirements, made once.

    python3 scripts/client_environment.py make mlflow          prints the path of its Python
    python3 scripts/client_environment.py run mlflow -- -m pytest tests/clients/mlflow
    python3 scripts/client_environment.py ready mlflow         exit code 0 if it is made already
    python3 scripts/client_environment.py make --all           of all clients

`mlflow` is tests/clients/mlflow/requirements.txt, `mlflow-2` is tests/clients/mlflow/requirements-2.txt. A package.json beside them
names clients in JavaScript, which npm puts into node_modules of the environment. An environment lies in .cache/clients and is made anew
when its requirements change; uv makes it where there is one, else venv and pip.
"""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "tests" / "clients"
CACHE = ROOT / ".cache" / "clients"


def requirements_of():
    """The list of requirements of each client, by its name."""
    found = {}
    for path in sorted(CLIENTS.glob("*/requirements*.txt")):
        found[path.parent.name + path.stem[len("requirements"):]] = path
    return found


def python_of(name):
    return CACHE / name / "bin" / "python"


def is_ready(name, digest):
    marker = CACHE / name / "requirements.sha256"
    return marker.exists() and marker.read_text() == digest


def packages_of(requirements):
    """The clients in JavaScript that go with them; the file may be absent."""
    return requirements.with_name("package.json")


def digest_of(path):
    packages = packages_of(path)
    return hashlib.sha256(path.read_bytes() + (packages.read_bytes() if packages.exists() else b"") + sys.version.encode()).hexdigest()


def attempts(folder, requirements):
    """Ways to make it, the quickest first."""
    python = str(folder / "bin" / "python")
    packages = packages_of(requirements)
    javascript = []
    if packages.exists():
        install = ["npm", "install", "--silent", "--no-package-lock", "--ignore-scripts", "--prefix", str(folder)]
        javascript = [["cp", str(packages), str(folder)], install]
    if shutil.which("uv"):
        yield [
            ["uv", "venv", "--quiet", "--python", sys.executable, str(folder)],
            ["uv", "pip", "install", "--quiet", "--python", python, "-r", str(requirements)],
            *javascript,
        ]
    yield [
        [sys.executable, "-m", "venv", str(folder)],
        [python, "-m", "pip", "install", "--quiet", "-r", str(requirements)],
        *javascript,
    ]


def make(name, requirements):
    """Makes the environment unless it is there; one process at a time. Its Python."""
    CACHE.mkdir(parents=True, exist_ok=True)
    digest = digest_of(requirements)
    folder = CACHE / name
    with open(CACHE / (name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_ready(name, digest):
            return python_of(name)
        problems = []
        for commands in attempts(folder, requirements):
            shutil.rmtree(folder, ignore_errors=True)
            for command in commands:
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                if done.returncode != 0:
                    problems.append("{}\n{}".format(" ".join(command), done.stdout[-4_000:]))
                    break
            else:
                (folder / "requirements.sha256").write_text(digest)
                return python_of(name)
        raise SystemExit("The environment of {} could not be made.\n\n{}".format(name, "\n\n".join(problems)))


def main(arguments):
    known = requirements_of()
    if len(arguments) < 2 or arguments[0] not in ("make", "run", "ready"):
        raise SystemExit(__doc__)
    action, name, *rest = arguments
    names = list(known) if name == "--all" else [name]
    for one in names:
        if one not in known:
            raise SystemExit("There is no client {}; there are {}.".format(one, ", ".join(known)))
        if action == "ready":
            raise SystemExit(0 if is_ready(one, digest_of(known[one])) else 1)
        python = make(one, known[one])
        if action == "make":
            print(python)
    if action == "run":
        os.execv(python, [str(python)] + [argument for argument in rest if argument != "--"])


if __name__ == "__main__":
    main(sys.argv[1:])
