-- What is known of members: enrolled, profiled, status, tier, erased. What a person likes and how old they are is only here where they agreed to profiling.
-- One row for each event_id, what, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- member_id string: The member's random id.
-- what string: What happened. Open vocabulary, see the table.
-- at string: When, RFC 3339 in UTC.
-- seq bigint: Orders rows of one kind of a member: the highest is in force.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- status string: Of enrolled and status: the membership's.
-- tier string: Of tier: the new one; of enrolled: the one begun with, if it was told.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- member_kind string: Of enrolled: person, company.
-- profiling string: Of profiled: granted, refused, unsaid.
-- birth_year bigint: Of profiled: the year of birth.
-- interests string: Of profiled: words between bars, such as |fashion|dining|.
-- categories string: Of profiled: preferred categories, between bars.
-- brands string: Of profiled: preferred brands, between bars.
-- family string: Of profiled: relatives who agreed, between bars, such as |child_2019|spouse|.
SELECT
    event_id,
    min(member_id) AS member_id,
    what,
    min("at") AS "at",
    min(seq) AS seq,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(status) AS status,
    min(tier) AS tier,
    min(channel) AS channel,
    min(member_kind) AS member_kind,
    min(profiling) AS profiling,
    min(birth_year) AS birth_year,
    min(interests) AS interests,
    min(categories) AS categories,
    min(brands) AS brands,
    min(family) AS family
FROM members_v1
GROUP BY event_id, what, biz_date
