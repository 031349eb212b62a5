"""Which mall and stage is being built, and what follows from that."""

import platform
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from aws_cdk import CliCredentialsStackSynthesizer, IStackSynthesizer, RemovalPolicy
from aws_cdk.aws_lambda import Architecture
from aws_cdk.aws_logs import RetentionDays

from infra.mall_file import CognitoIdentity, MallFile

RETENTION = {
    30: RetentionDays.ONE_MONTH,
    90: RetentionDays.THREE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    1096: RetentionDays.THREE_YEARS,
}


class StackProps(TypedDict):
    """What every stack of a deployment has in common."""

    description: str
    termination_protection: bool
    synthesizer: IStackSynthesizer | None


class StageName(StrEnum):
    """The stages a mall can have."""

    LOCAL = "local"
    TEST = "test"
    PROD = "prod"


@dataclass(frozen=True)
class Deployment:
    """One mall in one stage.

    Attributes:
        mall: the mall's checked file.
        stage: local (the laptop's cloud), test or prod.
    """

    mall: MallFile
    stage: StageName

    @property
    def name(self) -> str:
        """The prefix of everything that carries a name, such as `aurora-prod`."""
        return f"{self.mall.mall.code}-{self.stage}"

    @property
    def local(self) -> bool:
        """Whether this is the laptop's cloud, thrown away with its checkout."""
        return self.stage is StageName.LOCAL

    @property
    def tls_only(self) -> bool:
        """Whether plain HTTP is refused: everywhere but on the laptop, whose cloud speaks nothing else."""
        return not self.local

    @property
    def protected(self) -> bool:
        """Whether deleting needs a second step."""
        return self.stage is StageName.PROD

    @property
    def in_china(self) -> bool:
        """Whether the region lies in the `aws-cn` partition."""
        return self.mall.mall.partition == "aws-cn"

    @property
    def traced(self) -> bool:
        """Whether functions send traces."""
        return not self.in_china

    @property
    def snapshots(self) -> bool:
        """Whether functions publish versions and start from snapshots of them."""
        return not self.in_china

    @property
    def sends_sms(self) -> bool:
        """Whether text messages go out through SNS."""
        return self.mall.channels.sms == "sns"

    @property
    def sends_email(self) -> bool:
        """Whether e-mail goes out through SES."""
        return self.mall.channels.email == "ses"

    @property
    def email_domain(self) -> str | None:
        """The domain of the sender of e-mail, which SES has to know as ours."""
        sender = self.mall.channels.email_from
        return sender.partition("@")[2] if sender else None

    @property
    def creates_user_pool(self) -> bool:
        """Whether this stage issues its own tokens."""
        return isinstance(self.mall.identity, CognitoIdentity)

    @property
    def future_sweeps(self) -> bool:
        """Whether a sweep may be run for a day to come: for rehearsals, never where points are real."""
        return self.stage is not StageName.PROD

    @property
    def data_removal(self) -> RemovalPolicy:
        """What happens to data when its stack goes; a first deployment that fails leaves nothing behind."""
        return RemovalPolicy.DESTROY if self.local else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

    @property
    def log_removal(self) -> RemovalPolicy:
        """What happens to logs when their stack goes: in prod they are evidence (requirements K8)."""
        return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.protected else RemovalPolicy.DESTROY

    @property
    def log_retention(self) -> RetentionDays:
        """How long logs are kept."""
        return RETENTION[self.mall.limits.log_retention_days]

    @property
    def architecture(self) -> Architecture:
        """arm64 in the cloud; on a laptop, whatever the laptop is."""
        if self.local and platform.machine() not in {"arm64", "aarch64"}:
            return Architecture.X86_64
        return Architecture.ARM_64

    def stack(self, what: str) -> StackProps:
        """Return the common arguments of a stack; a laptop has no bootstrap stack to bring assets through."""
        return {
            "description": f"{self.name}: {what}",
            "termination_protection": self.protected,
            "synthesizer": CliCredentialsStackSynthesizer() if self.local else None,
        }
