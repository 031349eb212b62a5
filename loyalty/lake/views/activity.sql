-- What members looked at and clicked on, only of those who agreed (requirement M11).
-- One row for each event_id, action_no, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- action_no bigint: The action's number in its event, from 1.
-- member_id string: The member's random id.
-- what string: seen, clicked.
-- kind string: coupon, campaign, reward, category, brand, item, page.
-- ref string: Which one.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
SELECT
    event_id,
    action_no,
    min(member_id) AS member_id,
    min(what) AS what,
    min(kind) AS kind,
    min(ref) AS ref,
    min(channel) AS channel,
    biz_date,
    min(biz_hour) AS biz_hour
FROM activity_v1
GROUP BY event_id, action_no, biz_date
