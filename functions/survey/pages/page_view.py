"""The page as HTML: templates that escape everything, and one style sheet that the policy names by its hash.

No script, no image, nothing from elsewhere: whatever somebody manages to put into a text, there is nothing on the page
that may run or load it.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from functions.survey.answers.answering_reads import Opened
from functions.survey.form import QuestionAnswer, shown
from functions.survey.pages.page_form import Filled, as_filled, name_of
from functions.survey.pages.page_texts import Say
from loyalty.clock import zone

FOLDER = Path(__file__).parent
CSS = "".join(line.strip() for line in (FOLDER / "page.css").read_text(encoding="utf-8").splitlines())
STYLE_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
HAN = re.compile(r"[\u3400-\u9fff]")


def survey(
    opened: Opened,
    language: str,
    *,
    sent: Filled | None = None,
    mistakes: Sequence[Mapping[str, str]] = (),
    saved: str | None = None,
) -> str:
    """Return the survey to fill in, with what was filled in before.

    Args:
        sent: what was typed just now; without it, what was kept.
        mistakes: what is wrong with it, each with the pointer to its question.
        saved: until when one may come back, where it was just kept.
    """
    say, found = Say(language), opened.invitation
    form = shown(found.survey_id, found.survey_version, opened.survey, language)
    kinds = {question.code: question.kind for question in form.questions}
    typed = sent or as_filled(kinds, found.partial)
    wrong = _by_question(mistakes, [*kinds])
    questions = [
        {"number": number, **_question(question, typed.fields, wrong.get(question.code), say)}
        for number, question in enumerate(form.questions, start=1)
    ]
    return _rendered(
        "survey.html",
        language,
        heading=form.title,
        intro=form.intro,
        reward=say.points("brings", found.purse, found.points) if found.points else None,
        questions=questions,
        mistakes=[question for question in questions if question["error"]],
        saved=saved,
    )


def thanks(text: str | None, reward: tuple[str, int] | None, language: str) -> str:
    """Return the page that thanks for an answer, and says what it brought."""
    say = Say(language)
    earned = say.points("earned", *reward) if reward else None
    return _message(language, heading=say.thanks, sentences=[text] if text else [], earned=earned, good=True)


def refusal(code: str, language: str, sent: Filled | None = None) -> str:
    """Return the page that says why there is nothing to fill in.

    Args:
        sent: what was sent and could not be taken now: one button sends it again.
    """
    heading, sentence = Say(language).message(code)
    again = [(name, value) for name, values in (sent.fields if sent else {}).items() for value in values]
    return _message(
        language,
        heading=heading,
        sentences=[sentence],
        good=code == "survey_answered",
        again=again,
        retry=code == "busy",
    )


def until(instant: str, zone_name: str, language: str) -> str:
    """Return the sentence that says until when one may come back."""
    local = datetime.fromisoformat(instant).astimezone(zone(zone_name))
    day = f"{local:%Y-%m-%d %H:%M}" if language == "en" else f"{local.month} 月 {local.day} 日 {local:%H:%M}"
    return Say(language).until.format(day)


def _question(question: QuestionAnswer, fields: Mapping[str, list[str]], error: str | None, say: Say) -> dict[str, Any]:
    name = name_of(question.kind, question.code)
    sent = fields.get(name, [])
    ends = _ends(question, say)
    return {
        "code": question.code,
        "kind": question.kind,
        "text": question.text,
        "required": question.required,
        "name": name,
        "target": f"f-{question.code}",
        "error": say.mistake(error) if error else None,
        "ends": ends,
        "hint": _hint(question, say) if not ends else None,
        "options": _options(question, sent),
        "value": _shown(sent[-1]) if sent else "",
        "skipped": sent == [""],
    }


def _options(question: QuestionAnswer, sent: Sequence[str]) -> list[dict[str, Any]]:
    if question.lowest is not None and question.highest is not None:
        numbers = range(question.lowest, question.highest + 1)
        return [{"value": n, "text": n, "chosen": str(n) in sent} for n in numbers]
    return [{"value": one.code, "text": one.text, "chosen": one.code in sent} for one in question.choices]


def _ends(question: QuestionAnswer, say: Say) -> tuple[str, str] | None:
    """Return what the ends of a scale mean, each with its number."""
    if question.kind == "recommendation":
        return say.unlikely, say.likely
    if question.kind != "scale":
        return None
    low, high = question.low_label, question.high_label
    return (
        say.end.format(question.lowest, low) if low else say.lowest.format(question.lowest),
        say.end.format(question.highest, high) if high else say.highest.format(question.highest),
    )


def _hint(question: QuestionAnswer, say: Say) -> str | None:
    match question.kind:
        case "text":
            return say.words
        case "multiple":
            most = question.most or 0
            return say.most.format(most) if most < len(question.choices) else say.any
    return None


def _by_question(mistakes: Sequence[Mapping[str, str]], codes: Sequence[str]) -> dict[str, str]:
    """Return the code of each question's mistake; one about all of them stands at the last."""
    places = {f"#/answers/{code}": code for code in codes}
    return {places.get(one["pointer"], codes[-1]): one["code"] for one in mistakes}


def _shown(text: str) -> str:
    """Return typed text without the one character that HTML cannot hold at all."""
    return text.replace("\0", "")


def _message(language: str, **values: Any) -> str:
    return _rendered("message.html", language, **{"earned": None, "again": [], "retry": False, **values})


def _rendered(template: str, language: str, **values: Any) -> str:
    return _templates.get_template(template).render(
        language=language, other="zh" if language == "en" else "en", say=Say(language), css=CSS, **values
    )  # fmt: skip


def _spoken(text: str, language: str) -> str:
    """Mark Chinese that stands in for English, so that it is read out as Chinese."""
    if language == "en" and HAN.search(text):
        return Markup('<span lang="zh-CN">{}</span>').format(text)
    return text


_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.filters["spoken"] = _spoken
