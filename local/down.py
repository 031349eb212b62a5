"""`make down`: stop the local cloud; what it holds is there again at the next `make up`."""

from local.checkout import LOCAL
from local.cloud import LocalCloud
from local.lock import alone_in


def main() -> None:
    """Stop it, if it runs."""
    if not LOCAL.exists():
        return
    with alone_in(LOCAL):
        cloud = LocalCloud(LOCAL)
        running = cloud.is_running()
        cloud.stop()
    print("The local cloud is stopped; its data stays." if running else "The local cloud was not running.")


if __name__ == "__main__":
    main()
