-- What happened to coupons: sent, claimed, seen, locked, released, redeemed, returned, given, taken, expired, voided.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- coupon_ref string: Which coupon; never its code.
-- coupon_seq bigint: The coupon's version.
-- member_id string: The member's random id.
-- what string: What happened. Open vocabulary, see the table.
-- template_id string: The template it is of.
-- kind string: amount_off, gift, ...
-- way string: How it was come by: claim, code, push, event, ...
-- category string: The marketers' own label.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- tenant_id string: The tenant.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- off bigint: What it took off in fen; null where that is not what happened.
-- unit_cost bigint: What redeeming it costs beside money off, in fen.
SELECT
    event_id,
    min(coupon_ref) AS coupon_ref,
    min(coupon_seq) AS coupon_seq,
    min(member_id) AS member_id,
    min(what) AS what,
    min(template_id) AS template_id,
    min(kind) AS kind,
    min(way) AS way,
    min(category) AS category,
    min(channel) AS channel,
    min(tier) AS tier,
    min(tenant_id) AS tenant_id,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(off) AS off,
    min(unit_cost) AS unit_cost
FROM coupons_v1
GROUP BY event_id, biz_date
