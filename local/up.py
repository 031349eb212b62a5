"""`make up`: start the local cloud and deploy the demo mall to it."""

import sys

from local.cdk import DeploymentError
from local.checkout import LOCAL, shown
from local.cloud import CloudError, LocalCloud
from local.deploy import DEMO_MALL, deploy, region_of
from local.lock import alone_in


def main() -> int:
    """Start and deploy; the exit code for the shell."""
    try:
        with alone_in(LOCAL):
            cloud = LocalCloud(LOCAL, region=region_of(DEMO_MALL))
            cloud.start()
            print(f"The local cloud answers at {cloud.endpoint_url}.", flush=True)
            stack = deploy(cloud)
    except (CloudError, DeploymentError) as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"The API of {stack.mall}-{stack.stage} is {stack.api_url}")
    print(f"All else is in {shown(LOCAL / 'stack.json')}; a token: make token WHO=marketer; stop: make down")
    return 0


if __name__ == "__main__":
    sys.exit(main())
