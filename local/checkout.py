"""Where things lie in this checkout. Everything that is not under version control is in `.local/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
VENV_BIN = ROOT / ".venv" / "bin"
NODE_BIN = ROOT / "node_modules" / ".bin"
CLOUD_PYTHON = LOCAL / "cloud" / "bin" / "python"


def shown(path: Path) -> str:
    """A path as a reader of the terminal would type it: relative to the checkout where it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
