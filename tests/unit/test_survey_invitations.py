"""An invitation as a value: when it opens, ends, is announced and reminded, in every zone and over every midnight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.survey.inviting.sweep import swept
from loyalty.catalogue import OfferState
from loyalty.clock import iso, zone
from loyalty.dynamo import from_item, to_item
from loyalty.surveys.invitation import (
    WAITING,
    Asked,
    AskedBy,
    Invitation,
    InvitationState,
    from_row,
    invitation_id_of,
    invited,
    opened,
    to_row,
)
from loyalty.surveys.inviting import is_rested
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.running import Running, Trigger
from loyalty.surveys.settings import Settings, of_row

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"
ZONES = st.sampled_from(
    [SHANGHAI, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "UTC"]
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
OCCASION = Occasion("PointsRedeemed", "member-anna", "one/e-1", NOON, "till", {}, "shoes", "autumn")
ASKED = Asked(AskedBy.EVENT, "gold", NOON, SHANGHAI, "trace-1")


def survey(delay: int = 0, **changes: object) -> Running:
    """A survey that asks so many minutes after an event."""
    base = Running("s-2", "s-1", 2, "问卷", trigger=Trigger(("PointsRedeemed",), delay_minutes=delay))
    return replace(base, **changes)  # type: ignore[arg-type]


def asking(
    asked_of: Running, rules: Settings | None = None, now: datetime = NOON, zone_name: str = SHANGHAI, ago: int = 0
) -> Invitation:
    """The invitation to a survey for something that happened so many minutes before now."""
    occasion = replace(OCCASION, at=now - timedelta(minutes=ago))
    return invited("token", asked_of, occasion, rules or Settings(), Asked(AskedBy.EVENT, None, now, zone_name))


def is_quiet(at: datetime, rules: Settings, zone_name: str) -> bool:
    """Whether a wall clock shows a time within quiet hours: told in minutes, and not as the product tells it."""
    local = at.astimezone(zone(zone_name))
    minute = local.hour * 60 + local.minute
    begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (rules.quiet_from, rules.quiet_until))
    return (minute - begins) % 1440 < (ends - begins) % 1440


@given(INSTANTS, ZONES, CLOCK, CLOCK)
@example(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Berlin", "21:00", "02:30")  # 02:30 does not exist that day
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "21:00", "02:45")  # 02:45 comes twice
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", "21:00", "02:45")
@example(datetime(2026, 4, 4, 14, 45, tzinfo=UTC), "Australia/Lord_Howe", "22:00", "01:50")
def test_the_next_decent_hour(at: datetime, zone_name: str, begins: str, ends: str) -> None:
    rules = Settings(quiet_from=begins, quiet_until=ends)
    found = rules.speakable(at, zone_name)
    assert not is_quiet(found, rules, zone_name)
    assert found == rules.speakable(found, zone_name)
    assert at <= found <= at + timedelta(hours=25)
    assert (found == at) == (not is_quiet(at, rules, zone_name))


@pytest.mark.parametrize(
    ("local", "spoken"),
    [
        ("2026-11-21T20:59:59", "2026-11-21T20:59:59"),
        ("2026-11-21T21:00:00", "2026-11-22T08:00:00"),
        ("2026-11-21T23:59:59", "2026-11-22T08:00:00"),
        ("2026-11-22T00:00:00", "2026-11-22T08:00:00"),
        ("2026-11-22T07:59:59", "2026-11-22T08:00:00"),
        ("2026-11-22T08:00:00", "2026-11-22T08:00:00"),
        ("2026-12-31T22:00:00", "2027-01-01T08:00:00"),
    ],
)
def test_quiet_hours_go_over_midnight(local: str, spoken: str) -> None:
    at, then = (datetime.fromisoformat(text).replace(tzinfo=zone(SHANGHAI)) for text in (local, spoken))
    assert Settings().speakable(at, SHANGHAI) == then


def test_the_morning_after_the_clocks_change_is_eight_by_the_new_time() -> None:
    before = datetime(2026, 3, 28, 22, 0, tzinfo=zone("Europe/Berlin"))
    assert iso(Settings().speakable(before, "Europe/Berlin")) == "2026-03-29T06:00:00.000Z"


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    assert (
        iso(Settings(quiet_from="11:00", quiet_until="13:00").speakable(NOON, SHANGHAI)) == "2026-11-21T05:00:00.000Z"
    )
    assert Settings(quiet_from="12:00", quiet_until="12:00").speakable(NOON, SHANGHAI) == NOON


def test_settings_that_say_nothing_are_the_defaults() -> None:
    assert of_row(None) == of_row({}) == Settings()
    assert of_row({"fatigue_days": 3, "departments": []}) == Settings(fatigue_days=3)


def test_an_invitation_without_delay_is_open_and_announced_at_once() -> None:
    one = invited("token", survey(), OCCASION, Settings(), ASKED)
    assert (one.state, one.version, one.happened) == ("open", 1, ("SurveyOffered", "SurveyInvited"))
    assert (one.opens_at, one.announced_at, one.announce_at) == (iso(NOON), iso(NOON), None)
    assert (one.expires_at, one.remind_at) == ("2026-12-05T04:00:00.000Z", "2026-11-24T04:00:00.000Z")
    assert (one.survey_id, one.series_id, one.survey_version, one.tier, one.correlation_id) == (
        "s-2", "s-1", 2, "gold", "trace-1",
    )  # fmt: skip
    assert (one.cause, one.tenant_id, one.about, one.opened_on) == ("PointsRedeemed", "shoes", "autumn", "2026-11-21")


@pytest.mark.parametrize(("ago", "opens"), [(0, 90), (30, 60), (89, 1), (90, 0), (500, 0)])
def test_a_delay_counts_from_the_occasion_and_never_lies_in_the_past(ago: int, opens: int) -> None:
    one = asking(survey(delay=90), ago=ago)
    assert one.opens_at == iso(NOON + timedelta(minutes=opens))
    assert one.expires_at == iso(NOON + timedelta(minutes=opens, days=14))
    assert (one.state is InvitationState.PLANNED) == (opens > 0)
    assert (one.happened == ()) == (opens > 0)
    assert one.version == 1


@pytest.mark.parametrize(("remind_days", "open_days", "reminded"), [(3, 14, True), (None, 14, False), (3, 3, False)])
def test_a_reminder_needs_time_to_answer_after_it(remind_days: int | None, open_days: int, reminded: bool) -> None:
    one = asking(survey(remind_days=remind_days, open_days=open_days))
    assert (one.remind_at is not None) is reminded


@given(INSTANTS, ZONES, st.integers(0, 60 * 24 * 3), st.integers(0, 600), st.integers(1, 10), st.integers(1, 10))
def test_what_holds_for_every_invitation(
    now: datetime, zone_name: str, delay: int, ago: int, open_days: int, remind_days: int
) -> None:
    now, rules = now.replace(microsecond=0), Settings()
    one = asking(survey(delay, open_days=open_days, remind_days=remind_days), rules, now, zone_name, ago)
    assert one.opens_at >= iso(now)
    assert one.expires_at == iso(datetime.fromisoformat(one.opens_at) + timedelta(days=open_days))
    assert ("SurveyInvited" in one.happened) == (one.announced_at is not None)
    assert one.due_at is not None
    assert one.due_at >= iso(now)
    if one.remind_at:
        assert not is_quiet(datetime.fromisoformat(one.remind_at), rules, zone_name)
    if one.announced_at:
        assert not is_quiet(datetime.fromisoformat(one.announced_at), rules, zone_name)
    assert from_row(from_item(to_item(to_row(one)))) == one


@given(INSTANTS, ZONES, st.integers(0, 60 * 24 * 3), st.lists(st.integers(1, 60 * 24 * 6), min_size=1, max_size=40))
def test_however_the_runs_fall_a_member_is_told_once_reminded_once_and_never_at_night(
    now: datetime, zone_name: str, delay: int, pauses: list[int]
) -> None:
    rules, now = Settings(), now.replace(microsecond=0)
    one = asking(survey(delay, open_days=7, remind_days=2), rules, now, zone_name)
    told = [(now, name) for name in one.happened]
    for minutes in [*pauses, 60 * 24 * 30]:
        now += timedelta(minutes=minutes)
        after = swept(one, now, rules, zone_name, OfferState.PUBLISHED)
        if after:
            assert after.version == one.version + 1
            told += [(now, name) for name in after.happened]
            assert swept(after, now, rules, zone_name, OfferState.PUBLISHED) is None
            one = after
    names = [name for _, name in told]
    assert len(set(names)) == len(names)
    assert names[0] == "SurveyOffered"
    assert names[-1] == "SurveyExpired"
    spoken = {name: at for at, name in told if name in {"SurveyInvited", "SurveyReminded"}}
    assert not [at for at in spoken.values() if is_quiet(at, rules, zone_name) or iso(at) >= one.expires_at]
    if "SurveyReminded" in spoken:
        assert spoken["SurveyReminded"] - spoken["SurveyInvited"] >= timedelta(days=1)
    assert (one.state, one.token) == (InvitationState.EXPIRED, "")


@given(INSTANTS, ZONES, st.integers(1, 600))
def test_hourly_runs_announce_within_an_hour_of_the_first_decent_moment(
    now: datetime, zone_name: str, delay: int
) -> None:
    rules, now = Settings(), now.replace(microsecond=0)
    one = asking(survey(delay), rules, now, zone_name)
    decent = rules.speakable(datetime.fromisoformat(one.opens_at), zone_name)
    while one.announced_at is None:
        now += timedelta(hours=1)
        one = swept(one, now, rules, zone_name, OfferState.PUBLISHED) or one
    assert decent <= datetime.fromisoformat(one.announced_at) < decent + timedelta(hours=1) or is_quiet(
        now - timedelta(hours=1), rules, zone_name
    )


def test_it_can_be_answered_from_its_opening_to_its_end_wherever_the_sweep_is() -> None:
    planned, a_ms = asking(survey(delay=60)), timedelta(milliseconds=1)
    opens, ends = (datetime.fromisoformat(at) for at in (planned.opens_at, planned.expires_at))
    assert [planned.is_open(at) for at in (opens - a_ms, opens, ends - a_ms, ends)] == [False, True, True, False]
    over = [state for state in InvitationState if state not in WAITING]
    assert not any(replace(planned, state=state).is_open(opens) for state in over)
    assert {replace(planned, state=state).due_at for state in over} == {None}


def test_every_version_says_anew_what_it_means() -> None:
    planned = asking(survey(delay=60))
    versions = [planned]
    versions.append(opened(planned, Settings(), NOON + timedelta(hours=1), SHANGHAI))
    versions.append(versions[-1].moved(NOON + timedelta(hours=2), partial={"q": 1}))
    assert [one.happened for one in versions] == [(), ("SurveyOffered", "SurveyInvited"), ()]
    assert all(after.version == before.version + 1 for before, after in pairwise(versions))


def test_a_link_leads_to_its_invitation_and_the_invitation_not_to_its_link() -> None:
    assert invitation_id_of("token") == invitation_id_of("token") != invitation_id_of("Token")
    assert len(invitation_id_of("token")) == 24
    assert "token" not in invitation_id_of("token")


@pytest.mark.parametrize(
    ("slot", "rested"),
    [
        (None, True),
        ({}, True),
        ({"rest_until": iso(NOON)}, True),
        ({"rest_until": iso(NOON + timedelta(milliseconds=1))}, False),
        ({"asked_s-1": iso(NOON - timedelta(days=90))}, True),
        ({"asked_s-1": iso(NOON - timedelta(days=90) + timedelta(milliseconds=1))}, False),
        ({"asked_other": iso(NOON)}, True),
    ],
)
def test_when_a_members_rest_is_over(slot: dict[str, str] | None, rested: bool) -> None:
    assert is_rested(slot, survey(), NOON) is rested
    assert is_rested(slot, survey(minds_fatigue=False, once_days=0), NOON)
