-- What was in force about members, and until when: the rows of members, each with the day a later one of its kind followed.
-- Which is later its seq tells, not its day: a receipt of last week that comes today changes the tier last.
-- On day d a row is in force if biz_date <= d and followed_on is null or > d; now, if followed_on is null.
-- member_id string: The member's random id.
-- what string: enrolled, profiled, status, tier, erased.
-- biz_date date: The mall-local day it came into force.
-- followed_on date: The first mall-local day of the later rows of this kind; null: this is the newest.
-- status string: Of enrolled and status: the membership's.
-- tier string: Of tier: the new one; of enrolled: the one begun with, if it was told.
-- channel string: Of enrolled: where.
-- member_kind string: Of enrolled: person, company.
-- profiling string: Of profiled: granted, refused, unsaid.
-- birth_year bigint: Of profiled: the year of birth.
-- interests string: Of profiled: words between bars, such as |fashion|dining|.
-- categories string: Of profiled: preferred categories, between bars.
-- brands string: Of profiled: preferred brands, between bars.
-- family string: Of profiled: relatives who agreed, between bars, such as |child_2019|spouse|.
SELECT
    member_id,
    what,
    biz_date,
    min(biz_date) OVER (
        PARTITION BY member_id, what ORDER BY seq, "at", event_id
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS followed_on,
    status,
    tier,
    channel,
    member_kind,
    profiling,
    birth_year,
    interests,
    categories,
    brands,
    family
FROM members
