"""The three functions of a bulk file, the same for every capability that takes one.

POST answers an upload address; the uploaded file is checked and cut into partitions; partitions are applied by
bounded workers. The worker differs in what it may write, so its grants are given.
"""

from infra.specs import (
    READ,
    AnyGrant,
    BucketGrant,
    Caller,
    FromQueue,
    FromUploads,
    FunctionSpec,
    SendGrant,
    Table,
    on,
    routes,
)

APPLY = "apply"
SEND_TO_APPLY = SendGrant(APPLY, "APPLY_QUEUE_URL")
JOBS = on(Table.IMPORTS, *READ, "PutItem", "UpdateItem")


def import_functions(capability: str, files: str, *worker_grants: AnyGrant) -> tuple[FunctionSpec, ...]:
    """Return the functions that import `files` (`members`, `purchases`) for a capability."""
    return (
        FunctionSpec(
            name=f"{capability}-imports",
            routes=routes(
                Caller.STAFF,
                f"POST /{files}/imports",
                f"GET /{files}/imports/{{import_id}}",
                f"POST /{files}/imports/{{import_id}}/approvals",
            ),
            grants=(
                JOBS,
                BucketGrant("PutObject", f"uploads/{files}/"),
                BucketGrant("GetObject", f"reports/{files}/"),
                SEND_TO_APPLY,
            ),
        ),
        FunctionSpec(
            name=f"{capability}-on-upload",
            trigger=FromUploads(files),
            grants=(
                JOBS,
                *_working_files(files),
                *(BucketGrant(action, f"uploads/{files}/") for action in ("GetObject", "DeleteObject")),
                SEND_TO_APPLY,
            ),
        ),
        FunctionSpec(
            name=f"{capability}-on-partition",
            trigger=FromQueue(APPLY),
            grants=(JOBS, *_working_files(files), *_removing(files), *worker_grants, SEND_TO_APPLY),
        ),
    )


def _working_files(files: str) -> tuple[BucketGrant, ...]:
    folders = (f"partitions/{files}/", f"reports/{files}/")
    return tuple(BucketGrant(action, folder) for folder in folders for action in ("GetObject", "PutObject"))


def _removing(files: str) -> tuple[BucketGrant, ...]:
    """What an import leaves behind when it is over names people: the worker that ends it removes it."""
    return tuple(BucketGrant("DeleteObject", f"{folder}/{files}/") for folder in ("uploads", "partitions"))
