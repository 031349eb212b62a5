"""Why a relative is not registered or changed; parameters name rules, never persons."""

from loyalty.errors import ConflictError, NotFoundError, RuleError


class FamilyFullError(RuleError):
    """No more relatives of this kind fit; `relation` says which (`any`: all together), `most` how many may be."""

    code = "family_full"
    zh = "可登记的家人已满（{relation}：最多 {most} 位）。"
    en = "No more relatives can be registered ({relation}: at most {most})."


class FamilyChangedTooOftenError(RuleError):
    """So many relatives were registered this year that no gift could be meant for all of them; `most` a year."""

    code = "family_changed_too_often"
    zh = "今年登记家人的次数已达上限（{most} 次）。"
    en = "Relatives can be registered {most} times a year at most."


class GuardianConsentRequiredError(RuleError):
    """A minor's entry needs the consent of the guardian to the text in force; `terms_version` names it."""

    code = "guardian_consent_required"
    zh = "登记未成年子女须监护人同意《家庭信息说明》（{terms_version}）。"
    en = "A minor's entry needs the guardian's consent to the text in force ({terms_version})."


class RelativeTooYoungError(RuleError):
    """Spouses and parents are adults, who agree for themselves; `minimum_age` in years."""

    code = "relative_too_young"
    zh = "配偶和父母须年满 {minimum_age} 周岁。"
    en = "Spouses and parents are at least {minimum_age} years old."


class OtherConsentNeededError(RuleError):
    """With this birthday somebody else would have to agree; the entry has to be made anew."""

    code = "other_consent_needed"
    zh = "更改后的生日需要由他人重新同意，请删除后重新登记。"
    en = "With this birthday somebody else has to agree: delete the entry and register it anew."


class NoConsentNeededError(RuleError):
    """The relative is a minor: the guardian agreed, nobody else is asked."""

    code = "no_consent_needed"
    zh = "未成年子女由监护人同意，无需短信确认。"
    en = "This relative is a minor, for whom the guardian agreed."


class RelativeAgreedError(ConflictError):
    """The relative has agreed already, by another phone; only they can withdraw it, or the member the entry."""

    code = "relative_agreed"
    zh = "该家人已确认同意，无需再次确认。"
    en = "This relative has agreed already."


class OwnPhoneError(RuleError):
    """The consent of another adult cannot come from the member's own phone."""

    code = "own_phone"
    zh = "请填写家人本人的手机号。"
    en = "Give the relative's own phone, not yours."


class RelativeNotFoundError(NotFoundError):
    """The member has no such relative registered (any more)."""

    code = "relative_not_found"
    zh = "未找到该家人信息。"
    en = "There is no such relative."
