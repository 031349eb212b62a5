"""Signatures agree with those of the providers' own libraries, whose results are written here."""

from datetime import UTC, datetime

import pytest

from functions.notices.channels import standard_webhooks
from loyalty import tencent_signature
from loyalty.tencent_signature import Key

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SECRET = "dGhpcnR5LXR3byBieXRlcyBvZiB0aGUgc2VjcmV0ISE="
BODY = (
    '{"PhoneNumberSet": ["+8613800138000"], "SmsSdkAppId": "1400006666", "TemplateId": "449739", '
    '"TemplateParamSet": ["1,260", "2026年12月31日"]}'
).encode()


def test_a_request_to_tencent_is_signed_as_its_own_library_signs_it() -> None:
    key = Key("AKIDEXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
    headers = tencent_signature.authorization("sms", "sms.tencentcloudapi.com", BODY, key, NOON)
    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-21/sms/tc3_request, SignedHeaders=content-type;host, "
        "Signature=49a9e4ffc700cb3985c65709a9fa9ea1b3981d6b7dd5daa2a4b5ac8bd734e628"
    )
    assert headers["X-TC-Timestamp"] == "1795233600"


def test_the_day_of_a_signature_is_that_of_utc() -> None:
    evening = datetime.fromisoformat("2026-11-21T07:30:00+08:00")
    headers = tencent_signature.authorization("sms", "sms.tencentcloudapi.com", BODY, Key("a", "b"), evening)
    assert "/2026-11-20/sms/" in headers["Authorization"]


@pytest.mark.parametrize("secret", [SECRET, f"whsec_{SECRET}"])
def test_a_hook_is_signed_as_the_specifications_own_library_signs_it(secret: str) -> None:
    headers = standard_webhooks.signed("msg_1", '{"title":"你好"}'.encode(), secret, NOON)
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795233600",
        "webhook-signature": "v1,UDeGOVIEAR05Zq9aNPQpT6eatIgIye//ELxqJAFhEuQ=",
    }


def test_a_secret_that_is_not_base64_signs_nothing() -> None:
    with pytest.raises(ValueError, match="not base64"):
        standard_webhooks.signed("msg_1", b"{}", "whsec_not base64!", NOON)
