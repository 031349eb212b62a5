"""A mall for every test, as new: built once in a process through the API, then copied.

Making the tables takes twenty times as long as copying them. Every test gets objects of its own: what one leaves
behind, rows, indexes, whole tables, is in no other's copy (`tests/functions/test_standing.py`).
"""

import pickle
from functools import cache
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.secretsmanager.models import secretsmanager_backends

from loyalty import dynamo, programme_store
from tests.support import PEPPER, PROGRAMME, create_tables

BACKENDS: dict[str, Any] = {"dynamodb": dynamodb_backends, "secretsmanager": secretsmanager_backends}


def stand_up() -> None:
    """Put the tables, the secret and the programme's first version into the running, empty mock of AWS."""
    for backend, state in zip(_backends(), pickle.loads(_built()), strict=True):
        vars(backend).update(state)


@cache
def _built() -> bytes:
    dynamo.service("secretsmanager").create_secret(Name="pepper", SecretString=PEPPER)
    create_tables(dynamo.client())
    row = dynamo.to_item(programme_store.first_version(PROGRAMME))
    dynamo.client().put_item(TableName="program", Item=row)
    return pickle.dumps([vars(backend) for backend in _backends()])


def _backends() -> list[Any]:
    """What moto keeps behind the process's clients."""
    regions = {name: dynamo.service(name).meta.region_name for name in BACKENDS}
    return [every[DEFAULT_ACCOUNT_ID][regions[name]] for name, every in BACKENDS.items()]
