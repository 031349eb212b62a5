"""`make generate`: writes again what is made from the code: the OpenAPI document, the matrix of roles, the events."""

from docs import generate as api
from events import generate as events


def main() -> None:
    """Write them all."""
    api.main()
    events.main()


if __name__ == "__main__":
    main()
