"""What is said before a relative's data may be used, and in which version it was said (requirements M4, K1).

The text of a version never changes: a consent names the version it was given to. Another text is another version.
"""

VERSION = "2026-11"

GUARDIAN = {
    "zh": (
        "我是孩子的监护人，同意商场保存孩子的称呼和生日，仅用于家庭生日礼遇；若我另行同意个性化服务，孩子的出生年份也用于"
        "为我推荐适合家庭的内容。不用于其他用途，不提供给他人。我可以随时撤回同意，撤回后该信息立即删除；"
        "孩子年满 18 周岁后须由其本人同意。"
    ),
    "en": (
        "I am the child's guardian. I agree that the mall keeps the child's call name and birthday, for family "
        "birthday gifts only; where I agree to personalisation, the year of birth also helps to suggest what suits "
        "families. It is used for nothing else and given to nobody. I can withdraw at any time: the entry is then "
        "deleted at once. From 18 on the child decides for itself."
    ),
}
"""What the guardian agrees to, by language; the front end shows it before it sends `guardian_terms_version`."""
ADULT = {
    "zh": (
        "【{mall}】会员{who}想把您登记为家人：只保存称呼和生日，仅用于家庭生日礼遇。如同意，请把验证码 {code} 告诉对方"
        "（5 分钟内有效）；不同意请忽略。您可随时凭本手机号在 App 或服务台撤回，信息即删除。"
    ),
    "en": (
        "[{mall}] Member {who} wants to register you as family: call name and birthday, for family birthday gifts "
        "only. If you agree, tell them the code {code} (valid for 5 minutes); otherwise ignore this. You can "
        "withdraw at any time with this phone, in the app or at the desk: the entry is then deleted."
    ),
}
"""What the adult reads on their own phone, with the code that is their consent."""
