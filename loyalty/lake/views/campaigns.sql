-- What campaigns gave (awarded), took back (taken_back), kept from their control groups (withheld).
-- One row a purse; without points, one row.
-- One row for each event_id, part_no, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- part_no bigint: The row's number in its event, from 1.
-- entry_id string: The ledger entry.
-- campaign_id string: The campaign.
-- member_id string: The member's random id.
-- what string: What happened. Open vocabulary, see the table.
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- purse string: Which purse; null where it is about coupons only.
-- points bigint: How many points.
-- coupons bigint: How many coupons, on the first row.
-- units bigint: Units of the budget, on the first row.
-- paid bigint: What was paid for the receipt, on the first row; null for what is taken back.
SELECT
    event_id,
    part_no,
    min(entry_id) AS entry_id,
    min(campaign_id) AS campaign_id,
    min(member_id) AS member_id,
    min(what) AS what,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(purse) AS purse,
    min(points) AS points,
    min(coupons) AS coupons,
    min(units) AS units,
    min(paid) AS paid
FROM campaigns_v1
GROUP BY event_id, part_no, biz_date
