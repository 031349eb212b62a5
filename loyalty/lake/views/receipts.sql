-- Purchases, from PointsEarned with a receipt.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- entry_id string: The ledger entry.
-- member_id string: The member's random id.
-- tenant_id string: The tenant.
-- receipt_no string: The receipt's number at that tenant.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- is_first bigint: 1: no purchase of the member was recorded before it; else 0.
-- gross bigint: The sum of the lines in fen.
-- paid bigint: What was paid in money, in fen.
-- points bigint: What it earned in purse points.
-- pieces bigint: How many pieces were bought.
SELECT
    event_id,
    min(entry_id) AS entry_id,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    min(channel) AS channel,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(is_first) AS is_first,
    min(gross) AS gross,
    min(paid) AS paid,
    min(points) AS points,
    min(pieces) AS pieces
FROM receipts_v1
GROUP BY event_id, biz_date
