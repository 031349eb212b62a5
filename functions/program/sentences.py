"""The sentences of the published rules, in Chinese and English."""

SENTENCES: dict[str, tuple[str, str]] = {
    "earning": (
        "每消费 1 元积 {ratio} 分，立即可用。",
        "Points per yuan spent: {ratio}, usable at once.",
    ),
    "earning_pending": (
        "每消费 1 元积 {ratio} 分，{days} 天后可用。",
        "Points per yuan spent: {ratio}, usable after {days} days.",
    ),
    "redemption": (
        "每 {points} 积分抵 {yuan} 元，须为 {step} 的整数倍，{least} 分起用。",
        "{points} points are worth {yuan} yuan; redeem multiples of {step}, {least} or more.",
    ),
    "expiry_rolling": (
        "积分自获得起 {months} 个月后的月末过期，先到期的先使用。",
        "Points expire at the end of the month, {months} months after they were earned; the oldest are spent first.",
    ),
    "expiry_calendar_year": (
        "当年积分于当年 12 月 31 日过期，先到期的先使用。",
        "Points of a year expire on 31 December of that year; the oldest are spent first.",
    ),
    "tiers_rolling_12_months": (
        "等级按最近 12 个月的消费计算，达到即升级，保级一年。",
        "Tiers follow the spend of the last 12 months; reached at once, kept for a year.",
    ),
    "tiers_calendar_year": (
        "等级按自然年消费计算，达到即升级，保级一年。",
        "Tiers follow the spend of the calendar year; reached at once, kept for a year.",
    ),
    "discount_always": (
        "减免 {percent}%。",
        "{percent}% off.",
    ),
    "discount_month": (
        "会员生日当月减免 {percent}%。",
        "{percent}% off in the birthday month.",
    ),
    "discount_day": (
        "会员生日当天减免 {percent}%；2 月 29 日出生的会员，平年为 2 月 28 日。",
        "{percent}% off on the birthday; one of 29 February is on the 28th in other years.",
    ),
    "transfers_on": (
        "会员之间可互赠积分：每次不少于 {minimum} 分，每天最多 {day} 分，每年最多 {year} 分。",
        "Members may give points to each other: {minimum} or more at a time, {day} a day, {year} a year at most.",
    ),
    "transfers_fee": (
        "手续费为 {fixed} 分另加转赠积分的 {percent}%。",
        " It costs {fixed} points and {percent}% of what is given.",
    ),
    "transfers_off": (
        "积分不可转赠。",
        "Points cannot be given to other members.",
    ),
    "enrolment_automatic": (
        "年满 {age} 周岁并同意条款（{version}）即可入会。",
        "Anyone of {age} or over who accepts the terms ({version}) may join.",
    ),
    "enrolment_spend": (
        "累计消费满 {yuan} 元后可使用积分。",
        " Points can be used once {yuan} yuan have been spent.",
    ),
    "enrolment_manual": (
        "年满 {age} 周岁并同意条款（{version}）可申请入会，由商场审核。",
        "Anyone of {age} or over who accepts the terms ({version}) may apply; the mall approves.",
    ),
}

CATEGORIES: dict[str, tuple[str, str]] = {
    "tobacco": ("烟草", "Tobacco"),
    "infant_formula_stage_1": ("一段婴儿配方奶粉", "Stage-1 infant formula"),
    "prescription_drugs": ("处方药", "Prescription drugs"),
    "gift_cards": ("礼品卡", "Gift cards"),
}
"""Names of the categories that are excluded by default (requirements K7); others are shown by their code."""
