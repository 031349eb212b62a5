"""Turns a refused mall file into sentences: file, key, what is allowed."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


class MallFileError(Exception):
    """A mall's file cannot be used; the message is for the person who edits it."""


def explain(file: str, error: ValidationError, model: type[BaseModel]) -> str:
    """Return one line per wrong key: `file: key: what is wrong and what is allowed`."""
    details = error.errors(include_url=False, include_input=False)
    return "\n".join(f"{file}: {_key(detail, model)}: {_sentence(detail, model)}" for detail in details)


def _key(detail: ErrorDetails, model: type[BaseModel]) -> str:
    key = ""
    for part in _written(detail["loc"], model):
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
    return key.removeprefix(".") or "file"


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    match detail["type"]:
        case "extra_forbidden":
            allowed = ", ".join(_fields_at(detail["loc"][:-1], model))
            return f"unknown key; allowed here: {allowed}"
        case "missing":
            return "this key is required"
        case "union_tag_invalid" | "union_tag_not_found":
            tags = detail.get("ctx", {}).get("expected_tags", "'cognito', 'oidc'")
            return f"provider must be one of {tags}"
        case _:
            return detail["msg"].removeprefix("Value error, ")


def _written(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[int | str]:
    """Return the location as the file writes it, without the tag that pydantic adds for a union."""
    written: list[int | str] = []
    current: Any = model
    for part in loc:
        chosen = _member_tagged(current, part)
        if chosen:
            current = chosen
            continue
        written.append(part)
        current = _below(current, part)
    return written


def _fields_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    current: Any = model
    for part in loc:
        current = _member_tagged(current, part) or _below(current, part)
    return sorted(current.model_fields) if _is_model(current) else []


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _member_tagged(kind: Any, tag: int | str) -> Any:
    """Return the member of a union whose `provider` is that tag."""
    members = [member for member in get_args(kind) if _is_model(member)]
    return next((member for member in members if tag in _provider(member)), None)


def _provider(member: type[BaseModel]) -> tuple[Any, ...]:
    field = member.model_fields.get("provider")
    return get_args(field.annotation) if field else ()


def _below(kind: Any, part: int | str) -> Any:
    if _is_model(kind):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    return next(iter(get_args(kind)), None)
