-- Returns of goods, from PointsRefunded with a receipt; the day is that of the return.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- entry_id string: The ledger entry.
-- member_id string: The member's random id.
-- tenant_id string: The tenant.
-- receipt_no string: The receipt's number at that tenant.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- amount bigint: What the returned goods cost, in fen.
-- money_back bigint: What went back to the payment, in fen.
-- taken_back bigint: Earned points taken back.
-- given_back bigint: Redeemed points given back.
SELECT
    event_id,
    min(entry_id) AS entry_id,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(amount) AS amount,
    min(money_back) AS money_back,
    min(taken_back) AS taken_back,
    min(given_back) AS given_back
FROM returns_v1
GROUP BY event_id, biz_date
