"""Who issues tokens: a user pool of the stage's own, or an issuer the mall already has.

Everything else sees only `Issuer`. Nothing but this module and the grants on the pool know of Cognito.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.acknowledgements import acknowledge
from infra.context import Deployment
from infra.mall_file import CognitoIdentity, OidcIdentity

GROUPS = {
    "marketer": "Drafts campaigns, coupons and surveys",
    "approver": "Approves what another person drafted, and files that credit points",
    "operator": "Service desk and tenants",
    "auditor": "Reads everything, changes nothing",
}
SIGNED_IN = "aws.cognito.signin.user.admin"
"""The scope of a token that a person got by signing in; an ID token carries no scope at all."""


@dataclass(frozen=True)
class Issuer:
    """What the gateway and the functions need to know to accept a token.

    Attributes:
        url: the `iss` claim.
        audience: the accepted `aud` or `client_id`.
        scopes: the scope of each kind of caller: `member`, `staff`, `till`.
        groups_claim: the claim that lists a person's groups.
        user_pool_arn: the pool, where this stage created one.
        user_pool_id: its id, likewise.
    """

    url: str
    audience: tuple[str, ...]
    scopes: Mapping[str, str]
    groups_claim: str
    user_pool_arn: str | None = None
    user_pool_id: str | None = None


def external_issuer(identity: OidcIdentity) -> Issuer:
    """Return the issuer that a mall's file names."""
    return Issuer(
        url=identity.issuer,
        audience=identity.audience,
        scopes={"member": identity.member_scope, "staff": identity.staff_scope, "till": identity.till_scope},
        groups_claim=identity.groups_claim,
    )


class IdentityStack(Stack):
    """A user pool for members and staff, and a resource server whose scope marks a till."""

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, identity: CognitoIdentity) -> None:
        super().__init__(scope, id_, **deployment.stack("user pool, groups, clients"))
        self._deployment = deployment
        self._pool = self._make_pool()
        self._make_groups()
        till_scope = self._make_till_scope()
        client = self._make_app_client()
        domain = self._pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{identity.domain_prefix}-{deployment.stage}"),
        )
        self.issuer = Issuer(
            url=f"https://cognito-idp.{self.region}.amazonaws.com/{self._pool.user_pool_id}",
            audience=(client.user_pool_client_id,),
            scopes={"member": SIGNED_IN, "staff": SIGNED_IN, "till": till_scope},
            groups_claim="cognito:groups",
            user_pool_arn=self._pool.user_pool_arn,
            user_pool_id=self._pool.user_pool_id,
        )
        CfnOutput(self, "UserPoolId", value=self._pool.user_pool_id)
        CfnOutput(self, "AppClientId", value=client.user_pool_client_id)
        CfnOutput(self, "UserPoolDomain", value=domain.domain_name)
        CfnOutput(self, "TokenUrl", value=f"{domain.base_url()}/oauth2/token")

    def _make_pool(self) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "People",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(username=True, email=True, phone=True),
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            enable_sms_role=False,
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            deletion_protection=self._deployment.protected,
            removal_policy=self._deployment.data_removal,
        )
        acknowledge(pool, "AwsSolutions-COG2", "Members sign in to see their points; a second factor is theirs to "
                    "choose, and staff are told to choose it.")  # fmt: skip
        acknowledge(pool, "AwsSolutions-COG8", "The Plus plan is priced per person and day; a mall has millions of "
                    "members, and its guessable codes have counters of their own.")  # fmt: skip
        return pool

    def _make_groups(self) -> None:
        for name, description in GROUPS.items():
            self._pool.add_group(name.capitalize(), group_name=name, description=description)

    def _make_till_scope(self) -> str:
        scope = cognito.ResourceServerScope(scope_name="till", scope_description="Act as a tenant's till")
        server = self._pool.add_resource_server("Mall", identifier="mall", scopes=[scope])
        assert server.user_pool_resource_server_id  # noqa: S101 - created so that tills' clients can ask for it
        return "mall/till"

    def _make_app_client(self) -> cognito.UserPoolClient:
        """Make the client of the members' and the staff's apps; passwords travel in clear only on a laptop."""
        return self._pool.add_client(
            "App",
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True, user_password=self._deployment.local),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )
