"""Writes the documents that describe the code: `python -m docs.generate`."""

import json

from docs.openapi import ROOT, document
from docs.roles import matrix

OPENAPI = ROOT / "functions" / "program" / "openapi.json"
"""Inside the capability that serves it, so that it ships with it; there is no second copy."""
ROLES = ROOT / "docs" / "roles.md"


def openapi_text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every generated document."""
    OPENAPI.write_text(openapi_text(), encoding="utf-8")
    ROLES.write_text(matrix(), encoding="utf-8")


if __name__ == "__main__":
    main()
