"""Validate a RO-Crate folder at severity REQUIRED, without a network; run in the validators' own environment.

In: the folder. Out: the issues as JSON on stdout; exit status 1 where there are any.

The one remote document that is needed, the JSON-LD context of RO-Crate 1.1, is that which the package rocrate ships.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import requests

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def served(_: Any, request: requests.PreparedRequest, **__: Any) -> requests.Response:
    """The context, whoever asks for it; nothing else is to be had."""
    if request.url != CONTEXT:
        raise requests.ConnectionError(f"no network: {request.url}")
    spec = importlib.util.find_spec("rocrate")
    assert spec is not None and spec.origin is not None, "the package rocrate is installed"
    response = requests.Response()
    response.status_code, response.url, response.request = 200, CONTEXT, request
    response.headers["Content-Type"] = "application/ld+json"
    response._content = (Path(spec.origin).parent / "data/ro-crate.jsonld").read_bytes()
    response.encoding = "utf-8"
    return response


requests.adapters.HTTPAdapter.send = served  # type: ignore[method-assign]

from rocrate_validator.models import ValidationSettings  # noqa: E402  (after the network is replaced)
from rocrate_validator.services import validate  # noqa: E402

settings = ValidationSettings(
    rocrate_uri=sys.argv[1],
    profile_identifier="provenance-run-crate",
    requirement_severity="REQUIRED",
    skip_availability_check=True,
    no_cache=True,
)
result = validate(settings)
issues = [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]
print(json.dumps({"passed": result.passed(), "checks": len(result.executed_checks), "issues": issues}, indent=1))
sys.exit(0 if result.passed() and not issues else 1)
