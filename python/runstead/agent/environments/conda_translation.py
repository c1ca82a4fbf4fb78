"""Conda packages as pip requirements, for a node that has no conda."""

from __future__ import annotations

import re
from collections.abc import Iterable

from runstead.agent.environments.errors import CannotBuild

#: Packages that are called otherwise on package indexes.
PIP_NAMES = {
    "dask-core": "dask",
    "lightgbm-cpu": "lightgbm",
    "matplotlib-base": "matplotlib",
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "pytables": "tables",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "tensorflow-gpu": "tensorflow",
}
#: What an environment without conda has or needs not.
LEFT_OUT = {"pip", "cpuonly"}
#: Libraries, compilers, drivers and other languages: nothing that pip could bring.
NOT_FOR_PIP = re.compile(
    r"_.*|lib(?!clang|cst|rosa|sass|usb1)[a-z0-9_+-]+|cuda.*|cudnn|nccl|mpich|openmpi|gcc.*|gxx.*|clang.*|gfortran.*|compilers?|r-.*|nodejs|openjdk"
    r"|git|make|ffmpeg|graphviz|blas|openblas|openssl|sqlite|zlib|ca-certificates|pytorch-cuda|pytorch-mutex|faiss-.*"
)
SPECIFICATION = re.compile(r"^(?:[\w./-]+::)?(?P<name>[\w.-]+?)\s*(?P<version>(?:[=<>!~]|\s).*)?$")


def requirements_of(packages: Iterable[str]) -> list[str]:
    """`numpy=1.26` as `numpy==1.26.*`, and so on; raises CannotBuild that names every package without a form for pip."""
    requirements, without_form = [], []
    for package in packages:
        found = SPECIFICATION.match(package)
        name = found["name"].lower() if found else package
        if name in LEFT_OUT:
            continue
        version = None if found is None else _pip_version_or_none((found["version"] or "").strip())
        if version is None or NOT_FOR_PIP.fullmatch(name):
            without_form.append(package)
        else:
            requirements.append(f"{PIP_NAMES.get(name, name)}{version}")
    if without_form:
        raise CannotBuild(
            f"These conda packages have no form for pip: {', '.join(without_form)}. This node has no conda, mamba or micromamba; "
            "install one of them there, or leave these packages out."
        )
    return requirements


def _pip_version_or_none(given: str) -> str | None:
    """A version specification of conda as pip writes it; None for what pip cannot say."""
    if not given:
        return ""
    if "|" in given:
        return None
    if given[0] not in "=<>!~":  # `numpy 1.26` or `numpy 1.26.4 py311_0`
        given = f"={given}"
    exact = re.match(r"^(={1,2})\s*([^\s=,]+)(?:[\s=].*)?$", given)
    if exact is None:
        return given.replace(" ", "") if re.match(r"^[<>!~=]=?\s*[\w.*]+(\s*,\s*[<>!~=]=?\s*[\w.*]+)*$", given) else None
    sign, version = exact.groups()
    if sign == "==" or version.endswith("*") or version.count(".") >= 2:
        return f"=={version}"
    return f"=={version}.*"  # A single sign leaves open what follows.
