"""Why a membership request is refused; `loyalty.http` maps each family to a status."""

from loyalty.errors import BusyError, ConflictError, GoneError, NotFoundError, RuleError


class UnderAgeError(RuleError):
    """The applicant has not reached the mall's minimum age; `minimum_age` in years (requirements M1)."""

    code = "under_age"
    zh = "须年满 {minimum_age} 周岁方可入会。"
    en = "Members must be at least {minimum_age} years old."


class ImplausibleBirthdayError(RuleError):
    """The birthday lies ahead, or further back than people live."""

    code = "implausible_birthday"
    zh = "出生日期有误，请检查。"
    en = "Check the date of birth."


class TermsNotAcceptedError(RuleError):
    """The terms in force were not accepted; `terms_version` names them."""

    code = "terms_not_accepted"
    zh = "请阅读并同意现行会员章程（{terms_version}）。"
    en = "Accept the terms in force ({terms_version})."


class FormIncompleteError(RuleError):
    """The mall's enrolment form asks for more; `missing` names the fields."""

    code = "enrolment_form_incomplete"
    zh = "请补充入会资料（见 missing）。"
    en = "The enrolment form asks for more; see missing."


class UnknownTierError(RuleError):
    """The mall's ladder has no such tier; `known` lists what there is."""

    code = "unknown_tier"
    zh = "没有该会员等级，可用：{known}。"
    en = "There is no such tier; there are: {known}."


class PhoneTakenError(ConflictError):
    """The phone belongs to a membership that somebody signs in to with another login."""

    code = "phone_taken"
    zh = "该手机号已绑定其他会员账号，请使用原账号登录。"
    en = "This phone belongs to a membership with another sign-in; use that one."


class PhoneHeldError(PhoneTakenError):
    """As the parent; the registry tells its callers which member it is, which is never published."""

    def __init__(self, member_id: str) -> None:
        super().__init__()
        self.member_id = member_id


class AlreadyEnrolledError(ConflictError):
    """The login already has a membership, under another phone."""

    code = "already_enrolled"
    zh = "您已是会员；如需更换手机号，请在个人资料中修改。"
    en = "You are a member already; change the phone in your profile."


class PhoneNeedsVerificationError(ConflictError):
    """The phone can only be enrolled by its owner, with a code sent to it (an erased membership, requirements M6)."""

    code = "phone_needs_verification"
    zh = "该手机号只能由本人通过短信验证码入会。"
    en = "This phone can only enrol by itself, with a code sent to it."


class CardTakenError(ConflictError):
    """The card number belongs to another member, or was reported lost or replaced (requirements M9)."""

    code = "card_taken"
    zh = "该卡号已被使用或已作废。"
    en = "This card number is in use or no longer valid."


class NoCardError(ConflictError):
    """The member has no card that could be reported lost."""

    code = "no_card"
    zh = "该会员没有实体卡。"
    en = "This member has no card."


class NotAwaitingApprovalError(ConflictError):
    """Only an enrolment that awaits approval can be approved or refused; `status` says where it stands."""

    code = "not_awaiting_approval"
    zh = "该会员当前状态为 {status}，无需审批。"
    en = "This enrolment awaits no approval: its status is {status}."


class NotACompanyError(RuleError):
    """Company data was sent for a natural person."""

    code = "not_a_company"
    zh = "个人会员没有企业信息。"
    en = "A natural person has no company data."


class NotAMemberError(NotFoundError):
    """The login has no membership yet."""

    code = "not_a_member"
    zh = "您还不是会员，请先入会。"
    en = "You are not a member yet; enrol first."


class EnrolmentRefusedError(NotFoundError):
    """The mall refused this enrolment; `reason` says why (requirements M2)."""

    code = "enrolment_refused"
    zh = "入会申请未通过：{reason}"
    en = "The enrolment was refused: {reason}"


class PhoneCodeInvalidError(RuleError):
    """The code sent to the phone is wrong, used or over; `tries_left` says how often to try again."""

    code = "phone_code_invalid"
    zh = "验证码错误或已失效。"
    en = "The code is wrong or has expired."


class PhoneCodeRequiredError(RuleError):
    """A new phone must be verified."""

    code = "phone_code_required"
    zh = "更换手机号需要短信验证码。"
    en = "A new phone needs the code sent to it."


class MemberCodeInvalidError(GoneError):
    """The member code is used, over or forged; the till cannot tell which (requirements M5)."""

    code = "member_code_invalid"
    zh = "会员码已失效，请会员刷新后重新扫描。"
    en = "The member code is not valid any more; ask for a fresh one."


class SmsUnavailableError(BusyError):
    """The text message could not be sent; `retry_after` seconds."""

    code = "sms_unavailable"
    zh = "短信暂时无法发送，请稍后再试。"
    en = "The text message cannot be sent now; try again later."
