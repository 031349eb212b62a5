"""The journey's chapters after the tills: members are asked, what they say is understood, and something is improved."""

from collections.abc import Sequence

from local.demo import findings, surveys
from local.demo.api import Api
from local.demo.days import DemoCalendar
from local.demo.journey import Offered
from local.demo.offers import Published
from local.demo.visits import Visitor


def tell_surveys(
    api: Api, visitors: Sequence[Visitor], calendar: DemoCalendar, offers: Published, offered: Offered
) -> None:
    """Whoever redeemed is asked, and answers; staff read the report."""
    survey_id = offers.surveys[surveys.SURVEY]
    before = surveys.answered(api, survey_id)
    left = [each for each in surveys.replies(visitors) if surveys.member_id(api, each[0]) not in before]
    in_app = surveys.waiting(api, [visitor for visitor, _ in left], survey_id)
    answered = len(visitors) - len(left)
    print(
        f"  {len(offered)} receipts carried a survey, for a QR code; {len(in_app)} wait in the app, "
        f"{answered} were answered before"
    )
    if missed := [visitor for visitor, _ in left if visitor.number not in in_app]:
        asked = surveys.invite(api, missed, survey_id)
        in_app |= surveys.waiting(api, missed, survey_id) if asked else {}
        print(f"  {asked} redeemed before there was a survey, and are asked by hand")
    for visitor, reply in left:
        invitation = {**in_app.get(visitor.number, {}), **offered.get(visitor.number, {})}
        said = f"answers {surveys.answer(api, visitor, reply, invitation)}" if invitation else "was not asked"
        print(f"  {visitor.name} {said}")
    found = surveys.import_comments(api, survey_id, visitors[0].tenant_id, calendar)
    print(
        f"  comments found elsewhere: {found['accepted']} new, {found['known']} known, {len(found['refused'])} refused"
    )
    _understood(api, visitors[0], survey_id)
    for line in surveys.told(surveys.report(api, survey_id)):
        print(f"  report: {line}")
    counts = surveys.dry_run(api, survey_id, calendar)
    print(
        f"  dry run: since {calendar.till_day} it would have asked {counts.get('would_be_asked', 0)} members, "
        f"on {counts.get('events', 0):,} events"
    )


def tell_findings(api: Api, visitors: Sequence[Visitor], offers: Published) -> None:
    """A complaint that recurs becomes a finding, is resolved, published, and told to those who complained."""
    survey_id = offers.surveys[surveys.SURVEY]
    finding = findings.settled(api, findings.of_complaint(api, visitors[0].tenant_id), survey_id)
    print(
        f"  {finding['answers']} answers complain at {finding['tenant_id']}: {finding['subject']}; "
        f"filed to {finding['department_name']}, due {finding['due_on']}"
    )
    finding = findings.take_on(api, finding, surveys.OWNER)
    print(f"  it is in {finding['owner']}'s hands: {finding['state'].replace('_', ' ')}")
    finding = findings.resolve(api, finding)
    print(f"  measured again from now on; before: {findings.before(api, finding)}")
    print(f"  resolved, and published: {findings.published(api, finding)}")
    print(f"  {findings.members_told(api, finding)} members who complained are told")
    left = [one["subject"] for one in api.items(findings.STAFF, "/findings")]
    print(f"  still open: {', '.join(left) or 'none'}")


def _understood(api: Api, visitor: Visitor, survey_id: str) -> None:
    found = surveys.answered(api, survey_id).get(surveys.member_id(api, visitor))
    if found:
        understood = ", ".join((found["sentiment"], *found["complaints"]))
        print(f"  {visitor.name}'s words are understood as {understood}, by: {'; '.join(found['because'])}")
