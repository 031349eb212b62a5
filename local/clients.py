"""boto3 clients of the local cloud, and of nothing else."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from local.cloud import ROOT_KEY

# No proxy: it has no way to 127.0.0.1. No retries that would hide a fault of ours.
_DIRECT = Config(proxies={}, retries={"total_max_attempts": 1})

_make_client: Callable[..., Any] = boto3.client  # its 400 overloads want the service's name literally


def client(service: str, *, endpoint_url: str, region: str) -> Any:
    """A client that acts as the root of the local cloud.

    Args:
        service: the name boto3 knows it by, such as "dynamodb".
        endpoint_url: from `LocalCloud` or `Stack`.
        region: likewise.
    """
    return _make_client(service, endpoint_url=endpoint_url, region_name=region, config=_DIRECT, **ROOT_KEY)
