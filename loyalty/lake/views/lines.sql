-- The lines of purchases, numbered from 1 in the till's order.
-- One row for each event_id, line_no, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- line_no bigint: The line's number on its receipt.
-- member_id string: The member's random id.
-- tenant_id string: The tenant.
-- receipt_no string: The receipt's number at that tenant.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- sku string: The item's number at the tenant.
-- category string: The category of the goods.
-- brand string: The brand, where the till said it.
-- quantity bigint: How many pieces.
-- amount bigint: The line's total in fen.
-- net bigint: What money paid of it, in fen.
-- is_payable bigint: 1: it counts as spend; 0: it is excluded (tobacco, gift cards, ...).
SELECT
    event_id,
    line_no,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    min(channel) AS channel,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(sku) AS sku,
    min(category) AS category,
    min(brand) AS brand,
    min(quantity) AS quantity,
    min(amount) AS amount,
    min(net) AS net,
    min(is_payable) AS is_payable
FROM lines_v1
GROUP BY event_id, line_no, biz_date
