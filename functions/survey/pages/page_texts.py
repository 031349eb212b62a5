"""What the page says, in Chinese and English. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

PURSES: Mapping[str, tuple[str, str]] = {
    "points": ("积分", "points"),
    "courtesy": ("礼遇积分", "courtesy points"),
    "growth": ("成长值", "growth points"),
}

_SAID: Mapping[str, tuple[str, str]] = {
    "brand": ("会员问卷", "Member survey"),
    "other": ("English", "中文"),
    "once": ("此链接仅供您本人使用，可提交一次。", "This link is for you alone and can be submitted once."),
    "count": ("共 {} 题", "Questions: {}"),
    "brings": ("完成可得 {points} {purse}", "{points} {purse} for you"),
    "earned": ("+{points} {purse}", "+{points} {purse}"),
    "optional": ("（选答）", "(optional)"),
    "skip": ("不回答此题", "No answer"),
    "submit": ("提交", "Submit"),
    "later": ("稍后再答", "Save for later"),
    "again": ("重试", "Try again"),
    "saved": ("已保存", "Saved"),
    "until": ("{} 前可随时回到此页继续作答。", "You can come back to this page until {}."),
    "look": ("请检查以下问题", "Please look at these again"),
    "wrong": ("错误：", "Error:"),
    "dash": (" \N{EN DASH} ", " \N{EN DASH} "),
    "lowest": ("{} 最低", "{} lowest"),
    "highest": ("{} 最高", "{} highest"),
    "unlikely": ("0 完全不会", "0 not at all likely"),
    "likely": ("10 非常愿意", "10 extremely likely"),
    "end": ("{} {}", "{} {}"),
    "most": ("最多选 {} 项", "Choose up to {}"),
    "any": ("可多选", "Choose any"),
    "words": (
        "最多 10,000 字。请勿填写电话、证件号等个人信息。",
        "Up to 10,000 characters. Please leave out phone numbers and other personal details.",
    ),
    "thanks": ("感谢您的回答", "Thank you"),
}

MISTAKES: Mapping[str, tuple[str, str]] = {
    "missing": ("请回答此题", "please answer this question"),
    "too_many_choices": ("选择的项目过多", "too many choices"),
    "text_too_long": ("超过 10,000 字，请缩短", "longer than 10,000 characters, please shorten it"),
    "text_too_large": ("文字总量过大，请缩短", "too much text in all, please shorten it"),
}
"""What may be wrong with what a person filled in; whatever else is wrong was not filled in by one."""
OTHER_MISTAKE = ("请重新作答", "please answer this again")

MESSAGES: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "survey_link_unknown": (
        ("链接无效", "This link does not work"),
        ("请检查链接是否完整，或从消息中重新打开。", "Check that the link is complete, or open it from the message."),
    ),
    "survey_answered": (
        ("您已提交过此问卷", "Already answered"),
        ("感谢您的参与，每份问卷只能提交一次。", "Thank you. Every survey can be submitted once."),
    ),
    "survey_expired": (
        ("问卷已过期", "This survey is over"),
        ("感谢您的关注，期待下次听到您的意见。", "Thank you for coming; we hope to hear from you next time."),
    ),
    "survey_not_open": (
        ("问卷尚未开放", "Not open yet"),
        ("请稍后再打开此链接。", "Please open this link again later."),
    ),
    "too_many_requests": (
        ("尝试次数过多", "Too many tries"),
        ("请过几分钟再试。", "Please try again in a few minutes."),
    ),
    "busy": (
        ("系统繁忙", "We are busy"),
        ("您的回答还没有提交，请重试。", "Nothing was submitted yet. Please try again."),
    ),
    "invalid_request": (
        ("无法读取所填内容", "We could not read this"),
        ("请返回上一页，再次提交。", "Please go back and submit again."),
    ),
}  # fmt: skip
SAME = {"not_found": "survey_link_unknown"}
"""What reads the same to whoever follows a link."""
DEFECT = (
    ("出现了问题", "Something went wrong"),
    ("这是我们的问题，请稍后再试。", "This is our mistake. Please try again later."),
)


@dataclass(frozen=True, slots=True)
class Say:
    """The page's sentences in one language, by name."""

    language: str

    def __getattr__(self, name: str) -> str:
        return self.of(_SAID[name])

    def of(self, both: tuple[str, str]) -> str:
        """Return one of two sentences."""
        return both[self.language == "en"]

    def mistake(self, code: str) -> str:
        """Return what is wrong with an answer."""
        return self.of(MISTAKES.get(code, OTHER_MISTAKE))

    def message(self, code: str) -> tuple[str, str]:
        """Return heading and sentence of a page that has nothing to ask."""
        heading, sentence = MESSAGES.get(SAME.get(code, code), DEFECT)
        return self.of(heading), self.of(sentence)

    def points(self, name: str, purse: str, points: int) -> str:
        """Return a sentence about points."""
        return self.of(_SAID[name]).format(points=points, purse=self.of(PURSES[purse]))
