"""Permissions of the mini-program are counted, whatever happens in whatever order: never below none, never too many."""

from hypothesis import given
from hypothesis import strategies as st

from functions.notices.messages.member import MOST_GRANTED, MOST_GRANTS, Member, from_row, to_row
from loyalty.dynamo import from_item, to_item

TEMPLATES = [f"t{number}" for number in range(MOST_GRANTED + 3)]
STEPS = st.lists(st.tuples(st.sampled_from(["grant", "spend", "void"]), st.sampled_from(TEMPLATES[:4])), max_size=60)


@given(STEPS)
def test_the_count_is_what_was_permitted_less_what_was_spent(steps: list[tuple[str, str]]) -> None:
    member, expected = Member("anna"), dict.fromkeys(TEMPLATES, 0)
    for step, template in steps:
        after: Member | None
        match step:
            case "grant":
                after = member.granting([template])
                expected[template] = min(expected[template] + 1, MOST_GRANTS)
            case "spend":
                after = member.spending(template)
                assert (after is None) == (expected[template] == 0)
                expected[template] -= after is not None
            case _:
                after, expected[template] = member.granting_nothing(template), 0
        member = after or member
        assert dict(member.grants) == {one: left for one, left in expected.items() if left}
        assert from_row("anna", from_item(to_item(to_row(member)))) == member


def test_of_too_many_templates_those_permitted_longest_ago_are_forgotten() -> None:
    member = Member("anna")
    for template in [*TEMPLATES, TEMPLATES[5]]:
        member = member.granting([template])
    assert len(member.grants) == MOST_GRANTED
    assert TEMPLATES[2] not in member.grants
    assert list(member.grants)[-1] == TEMPLATES[5]


def test_every_change_counts_the_version_and_the_erased_permit_nothing() -> None:
    member = Member("anna").granting(["t"])
    spent = member.spending("t")
    assert spent is not None
    assert (member.version, spent.version, spent.granting_nothing("t")) == (1, 2, spent)
    erased = Member("anna", erased=True)
    assert (erased.granting(["t"]), erased.spending("t")) == (erased, None)
