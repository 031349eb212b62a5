-- Every event of the mall, without what opens something or says who of the staff did it.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- type string: The event's type, such as PointsEarned.
-- schema_version bigint: The version of the type.
-- subject string: The member's random id, or the id of what it is about.
-- member_seq bigint: The member's account version; 0: the account did not move.
-- at string: When it happened, RFC 3339 in UTC.
-- recorded_at string: When it was written down, RFC 3339 in UTC.
-- origin string: Open vocabulary: till, member, staff, import, schedule.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- data string: The event's data as JSON.
SELECT
    event_id,
    min(type) AS type,
    min(schema_version) AS schema_version,
    min(subject) AS subject,
    min(member_seq) AS member_seq,
    min("at") AS "at",
    min(recorded_at) AS recorded_at,
    min(origin) AS origin,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(data) AS data
FROM events_v1
GROUP BY event_id, biz_date
