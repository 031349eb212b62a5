"""The routes of whatever marketers offer: templates, discount campaigns and rewards share one life."""

from infra.specs import Caller, Route, routes

STEPS = ("approvals", "publications", "pauses", "resumptions", "endings")


def offer_routes(path: str, offer_id: str) -> tuple[Route, ...]:
    """Return the routes by which staff lead an offer through its life (`loyalty.catalogue`).

    Args:
        path: where the offers are, such as `/rewards`.
        offer_id: what an offer's id is called in its path.
    """
    one = f"{path}/{{{offer_id}}}"
    steps = (f"POST {one}/{step}" for step in STEPS)
    return routes(Caller.STAFF, f"POST {path}", f"GET {path}", f"GET {one}", f"PATCH {one}", *steps)
