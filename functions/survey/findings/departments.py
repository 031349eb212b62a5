"""Who looks into what: the mall's departments, and which of them a subject is filed to (requirement S4). Pure.

    queue.too_long ──its own entry?──no──> its aspect's (queue)? ──no──> the default department

What is here by default fits a shopping mall; a mall says otherwise by `PUT /survey-settings`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from functions.survey.definition import Defined
from loyalty.parts import Code

MOST_DEPARTMENTS = 50
MOST_ENTRIES = 300
MOST_RECURRING = 20
"""How many complaints a rule may want: as many become concerns in the one transaction that opens their finding."""
SUBJECT = r"^[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,30})?$"

SubjectCode = Annotated[str, Field(pattern=SUBJECT, description="A dimension's, an aspect's or a complaint's code.")]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class Department(Defined):
    """A department of the mall.

    Attributes:
        owner: who takes its findings on, a login or a role; null: nobody in particular.
        due_days: within how many days a finding filed to it is to be resolved.
    """

    code: Code
    name_zh: Name
    name_en: Name
    owner: Name | None = None
    due_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 7


class Recurring(Defined):
    """When words alone open a finding: so many answers complain of the same within so many days."""

    complaints: Annotated[int, Field(strict=True, ge=1, le=MOST_RECURRING)] = 3
    within_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 30


DEPARTMENTS = (
    Department(code="service", name_zh="客户服务部", name_en="Customer service", due_days=3),
    Department(code="operations", name_zh="营运部", name_en="Operations"),
    Department(code="facilities", name_zh="工程物业部", name_en="Facilities"),
    Department(code="security", name_zh="安保部", name_en="Security", due_days=1),
    Department(code="digital", name_zh="数字化部", name_en="Digital"),
    Department(code="marketing", name_zh="市场部", name_en="Marketing"),
    Department(code="merchandise", name_zh="招商商品部", name_en="Merchandise"),
)
FILED_TO: dict[str, str] = {
    "queue": "operations",
    "stock": "merchandise",
    "staff": "service",
    "parking": "facilities",
    "price": "marketing",
    "points": "marketing",
    "coupon": "marketing",
    "app": "digital",
    "environment": "facilities",
    "food": "merchandise",
    "facilities": "facilities",
    "signage": "facilities",
    "goods": "merchandise",
    "event": "marketing",
    "returns": "service",
    "delivery": "operations",
    "children": "operations",
    "hours": "operations",
    "notices": "marketing",
    "notices.privacy": "service",
    "safety": "security",
    "ease": "digital",
    "usefulness": "marketing",
    "service": "service",
    "recommendation": "service",
}
"""Aspects and complaints of words, then the usual dimensions of scales."""
DEFAULT_DEPARTMENT = "service"


class Filing(Defined):
    """How findings are opened and filed."""

    departments: Annotated[tuple[Department, ...], Field(min_length=1, max_length=MOST_DEPARTMENTS)] = DEPARTMENTS
    filed_to: Annotated[dict[SubjectCode, Code], Field(max_length=MOST_ENTRIES)] = FILED_TO
    default_department: Code = DEFAULT_DEPARTMENT
    recurring: Recurring = Recurring()

    @field_validator("departments")
    @classmethod
    def _told_apart(cls, value: tuple[Department, ...]) -> tuple[Department, ...]:
        if len({department.code for department in value}) < len(value):
            raise ValueError("two departments have the same code")
        return value

    @model_validator(mode="after")
    def _names_departments(self) -> Self:
        given = self.filed_to.values() if "filed_to" in self.model_fields_set else ()
        if not {self.default_department, *given} <= {department.code for department in self.departments}:
            raise ValueError("filed_to and default_department must name departments of the list")
        return self

    def kept(self) -> dict[str, Any]:
        """Return how a mall files, JSON-ready; of the entries by default only those whose department it has."""
        filed_to = {code: name for code, name in self.filed_to.items() if self.department(name)}
        return {**self.model_dump(mode="json"), "filed_to": filed_to}

    def department(self, code: str) -> Department | None:
        """Return the department of that code; None where the mall has none."""
        return next((department for department in self.departments if department.code == code), None)

    def department_for(self, subject_code: str) -> Department:
        """Return the department a subject is filed to: its own entry, its aspect's, or the default one."""
        for code in (subject_code, subject_code.partition(".")[0]):
            found = self.department(self.filed_to.get(code, ""))
            if found:
                return found
        return self.department(self.default_department) or self.departments[0]


def of_row(row: Mapping[str, Any] | None) -> Filing:
    """Return how a mall files, as its settings' row says; what it does not say is as it is by default."""
    known = {name: row[name] for name in Filing.model_fields if name in row} if row else {}
    return Filing.model_validate(known)
