"""The part of a mall's file that says how messages reach a member: each channel's provider, or none (requirement N1).

Nothing is open that the file does not name. What proves to a provider that it is us stands in Secrets Manager, never
in the file.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from infra.section import Section

Registered = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]


class TencentSms(Section):
    """What the mall registered with Tencent Cloud for text messages, which sends nothing else.

    Attributes:
        app_id: the SmsSdkAppId.
        signature: what every text begins with.
        code_text, family_text: the registered texts of codes to sign in with, and of codes for a relative.
    """

    app_id: Registered
    signature: Annotated[str, Field(min_length=2, max_length=12)]
    region: Annotated[str, Field(pattern=r"^ap-[a-z]+$")] = "ap-guangzhou"
    code_text: Registered
    family_text: Registered


class Channels(Section):
    """How messages reach a member; `webhook_url`: the mall's own app push service."""

    sms: Literal["sns", "tencent", "none"]
    email: Literal["ses", "none"] = "none"
    email_from: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    mini_program: Literal["wechat", "none"] = "none"
    official_account: Literal["wechat", "none"] = "none"
    webhook: Literal["https", "none"] = "none"
    webhook_url: Annotated[str, Field(pattern=r"^https://[^\s?#@]+$")] | None = None
    tencent: TencentSms | None = None

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if (self.email == "ses") != (self.email_from is not None):
            raise PydanticCustomError("email_from", 'write email_from where email is "ses", and nowhere else')
        return self

    @model_validator(mode="after")
    def _knows_what_its_providers_need(self) -> Self:
        if (self.sms == "tencent") != (self.tencent is not None):
            raise PydanticCustomError("tencent", 'write [channels.tencent] where sms is "tencent", and nowhere else')
        if (self.webhook == "https") != (self.webhook_url is not None):
            raise PydanticCustomError("webhook_url", 'write webhook_url where webhook is "https", and nowhere else')
        return self

    def providers(self) -> dict[str, str]:
        """Return who sends, by channel that is open."""
        told = {
            "sms": self.sms,
            "email": self.email,
            "mini_program": self.mini_program,
            "official_account": self.official_account,
            "webhook": self.webhook,
        }
        return {channel: provider for channel, provider in told.items() if provider != "none"}
