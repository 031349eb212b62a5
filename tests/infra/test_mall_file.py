"""A wrong mall file is refused with the file, the key and what is allowed."""

from collections.abc import Callable
from datetime import date, time
from itertools import batched
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.mall_errors import MallFileError
from infra.mall_file import MALLS, first_day_skipping, load
from loyalty.ladder import Window
from loyalty.programme import ExpiryKind

SHIPPED = ["aurora", "harbour", "jade"]
Refusal = Callable[..., str]


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """A function that changes places in the demo mall's file, old and new in turn, and returns how it is refused."""

    def refused(*changes: str) -> str:
        text = (MALLS / "aurora.toml").read_text()
        for old, new in batched(changes, 2, strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "aurora.toml").write_text(text)
        with pytest.raises(MallFileError) as error:
            load("aurora", tmp_path)
        return str(error.value)

    return refused


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_mall_is_right(code: str) -> None:
    assert load(code).mall.code == code


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ('region = "ap-southeast-1"', "region = 7", "mall.region", "valid string"),
        ('region = "ap-southeast-1"', 'region = "Singapore"', "mall.region", "match pattern"),
        ("Asia/Shanghai", "Asia/Peking", "mall.time_zone", 'IANA time zone, such as "Asia/Shanghai"'),
        ('code = "aurora"', 'code = "aurora"\ncolour = "red"', "mall.colour", "allowed here: code, name_en"),
        ('expiry = "03:30"', "expiry = 330", "schedules.expiry", 'as text, such as "03:30"'),
        ('expiry = "03:30"', 'expiry = "25:00"', "schedules.expiry", '"00:00" to "23:59"'),
        ('provider = "cognito"', 'provider = "okta"', "identity", "'cognito', 'oidc'"),
        ('provider = "cognito"', 'provider = "cognito"\nissuer = "x"', "identity.issuer", "domain_prefix, provider"),
        ("aurora-plaza-members", "my-cognito", "identity.domain_prefix", "reserved by AWS"),
        ('sms = "sns"', 'sms = "pigeon"', "channels.sms", "'sns', 'tencent' or 'none'"),
        ('email = "ses"', 'email = "pigeon"', "channels.email", "'ses' or 'none'"),
        ('email_from = "members@aurora-plaza.example"', "", "channels", 'write email_from where email is "ses"'),
        ('email = "ses"\n', "", "channels", 'write email_from where email is "ses"'),
        ('sms = "sns"', 'sms = "tencent"', "channels", '[channels.tencent] where sms is "tencent"'),
        ('sms = "sns"', 'sms = "sns"\nwebhook = "https"', "channels", 'webhook_url where webhook is "https"'),
        ('sms = "sns"', 'sms = "sns"\nwebhook_url = "http://x.cn"', "channels.webhook_url", "match pattern"),
        ('sms = "sns"', 'sms = "sns"\nmini_program = "sns"', "channels.mini_program", "'wechat' or 'none'"),
        ('quiet_from = "21:00"', 'quiet_from = "9 pm"', "notices.quiet_from", '"00:00" to "23:59"'),
        ("marketing_a_week = 3", "marketing_a_week = 0", "notices.marketing_a_week", "greater than or equal to 1"),
        ("members.aurora-plaza.example", "members.aurora-plaza.example/", "notices.member_url", "match pattern"),
        ("burst = 2000", "burst = 0", "limits.burst", "greater than or equal to 1"),
        ("log_retention_days = 180", "log_retention_days = 100", "limits.log_retention_days", "30, 90, 180"),
        ("a_month = 1500", "a_month = 0", "insight.new_members_a_month", "greater than or equal to 1"),
        ("alert_weeks = 3", "alert_weeks = 1", "insight.alert_weeks", "greater than or equal to 2"),
        ("dining = 620", "dining = 1620", "insight.gross_margin_per_mille.dining", "less than or equal to 1000"),
        ("alarm_emails = []", 'alarm_emails = ["me"]', "operations.alarm_emails[0]", "match pattern"),
        ('points_per_yuan = "1"', "points_per_yuan = 1", "program.points_per_yuan", 'as text, such as "1.2"'),
        ('points_per_yuan = "1"', 'points_per_yuan = "0.0005"', "program.points_per_yuan", "three decimals"),
        ('kind = "rolling"', 'kind = "never"', "program.expiry.kind", "'rolling' or 'calendar_year'"),
        ("months = 12", "months = 0", "program.expiry.months", "greater than or equal to 1"),
        ("points = 100", "points = 0", "program.redemption.points", "greater than or equal to 1"),
        ("minimum_age = 18", "minimum_age = 9", "program.enrolment.minimum_age", "greater than or equal to 14"),
        ("spend_yuan = 10000", "spend_yuan = 3000", "program.tiers", "more than the one before"),
        ('code = "gold"', 'code = "silver"', "program.tiers", "a code of its own"),
        ('multiplier = "1.2"', 'multiplier = "lots"', "program.tiers.ladder[2].multiplier", "decimal number as text"),
        ("spend_yuan = 50000", "spend_yen = 50000", "program.tiers.ladder[3].spend_yen", "spend_yuan"),
    ],
)
def test_a_wrong_key_is_named_with_what_is_allowed(
    refusal: Refusal, old: str, new: str, key: str, allowed: str
) -> None:
    lines = refusal(old, new).splitlines()
    assert all(line.startswith("aurora.toml: ") for line in lines)
    (line,) = [line for line in lines if line.startswith(f"aurora.toml: {key}: ")]
    assert allowed in line


def test_a_missing_key_is_named(refusal: Refusal) -> None:
    assert refusal('region = "ap-southeast-1"', "") == "aurora.toml: mall.region: this key is required"


def test_every_wrong_key_is_told_at_once(refusal: Refusal) -> None:
    told = refusal('region = "ap-southeast-1"\ntime_zone = "Asia/Shanghai"', "region = 1\ntime_zone = 2")
    assert "mall.region" in told
    assert "mall.time_zone" in told


def test_what_is_no_toml_is_told_with_its_line(refusal: Refusal) -> None:
    assert "aurora.toml: not valid TOML" in refusal('code = "aurora"', "code = ")


def test_the_code_is_the_name_of_the_file(refusal: Refusal) -> None:
    told = refusal('code = "aurora"', 'code = "borealis"')
    assert told == 'aurora.toml: mall.code: must be "aurora", the name of the file'


def test_an_unknown_mall_is_answered_with_the_known_ones() -> None:
    with pytest.raises(MallFileError, match="malls: aurora, harbour, jade"):
        load("atlantis")


def test_the_value_itself_is_never_repeated(refusal: Refusal) -> None:
    assert "hunter2" not in refusal('sms = "sns"', 'sms = "hunter2"')


def test_china_needs_an_issuer_of_its_own(refusal: Refusal) -> None:
    told = refusal('region = "ap-southeast-1"', 'region = "cn-north-1"')
    assert 'aurora.toml: identity: provider must be "oidc"' in told
    assert 'aurora.toml: channels: sms must be "tencent" or "none"' in told


def test_a_schedule_that_daylight_saving_skips_is_refused(refusal: Refusal) -> None:
    told = refusal("Asia/Shanghai", "Europe/Paris", 'expiry = "03:30"', 'expiry = "02:30"')
    assert told.startswith("aurora.toml: schedules: expiry must be a time that exists every day in Europe/Paris")
    assert "daylight saving skips it on 2026-03-29" in told


def test_every_schedule_is_looked_at(refusal: Refusal) -> None:
    told = refusal("Asia/Shanghai", "Europe/Paris", 'coupons = "03:45"', 'coupons = "02:45"')
    assert told.startswith("aurora.toml: schedules: coupons must be a time that exists every day in Europe/Paris")


def test_a_mall_file_from_before_coupons_is_still_right(tmp_path: Path) -> None:
    text = (MALLS / "aurora.toml").read_text()
    (tmp_path / "aurora.toml").write_text(text.replace('coupons = "03:45"\n', ""))
    assert load("aurora", tmp_path).schedules.coupons == time(3, 45)


@pytest.mark.parametrize(
    ("zone", "at", "skipped"),
    [
        ("Asia/Shanghai", time(2, 30), None),
        ("Europe/Paris", time(2, 30), date(2026, 3, 29)),
        ("Europe/Paris", time(3, 30), None),
        ("America/New_York", time(2, 0), date(2026, 3, 8)),
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4)),
    ],
)
def test_a_skipped_wall_clock_time_is_found(zone: str, at: time, skipped: date | None) -> None:
    assert first_day_skipping(at, ZoneInfo(zone)) == skipped


def test_mall_a_has_the_figures_of_requirement_t1() -> None:
    programme = load("aurora").program
    rungs = [(tier.code, tier.spend_yuan, tier.multiplier) for tier in programme.tiers.ladder]
    assert rungs == [("regular", 0, 1000), ("silver", 3000, 1000), ("gold", 10_000, 1200), ("diamond", 50_000, 1500)]
    assert programme.tiers.window is Window.ROLLING
    assert (programme.expiry.kind, programme.expiry.months) == (ExpiryKind.ROLLING, 12)
    assert programme.redemption.value_of(100) == 100
    assert set(programme.excluded) == {"tobacco", "infant_formula_stage_1", "prescription_drugs", "gift_cards"}


def test_mall_b_has_the_figures_of_requirement_t1() -> None:
    programme = load("harbour").program
    rungs = [(tier.code, tier.spend_yuan, tier.multiplier) for tier in programme.tiers.ladder]
    assert rungs == [
        ("member", 0, 1000), ("gold", 50_000, 2000), ("platinum", 100_000, 2000), ("diamond", 200_000, 2000),
    ]  # fmt: skip
    assert programme.expiry.kind is ExpiryKind.CALENDAR_YEAR
    assert programme.redemption.value_of(100) == 1000


def test_the_malls_show_a_tier_by_activity_unlocks_entitlements_and_a_welcome() -> None:
    aurora, harbour, jade = (load(code).program.tiers for code in SHIPPED)
    frequent = jade.ladder[1].activity
    assert frequent
    assert (frequent.months, frequent.purchases, frequent.each_month) == (3, 3, True)
    assert {unlock.code for unlock in aurora.unlocks if unlock.balance_points} == {"queue_skipping", "own_service_line"}
    assert {unlock.code for unlock in harbour.unlocks if unlock.quarter_spend_yuan} == {"quarter_tasting"}
    assert {one.code for one in harbour.entitlements} == {"lounge", "health_check", "travel_insurance", "tasting"}
    assert [tier.welcome.points for tier in aurora.ladder if tier.welcome] == [100, 500, 2000]
    assert [(ladder.grace_days, ladder.warning_days) for ladder in (aurora, harbour, jade)] == [
        (30, 60),
        (31, 60),
        (0, 30),
    ]
