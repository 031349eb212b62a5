-- Members entering and leaving segments: entered, left.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- member_id string: The member's random id.
-- what string: What happened. Open vocabulary, see the table.
-- segment_id string: The segment.
-- refresh_id string: The refresh.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
SELECT
    event_id,
    min(member_id) AS member_id,
    min(what) AS what,
    min(segment_id) AS segment_id,
    min(refresh_id) AS refresh_id,
    biz_date,
    min(biz_hour) AS biz_hour
FROM segments_v1
GROUP BY event_id, biz_date
