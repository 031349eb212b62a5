-- What members were given on an occasion of their own, from OccasionGiven.
-- One row for each event_id, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- offer_id string: The offer by occasion.
-- member_id string: The member's random id.
-- occasion string: welcome, birthday, family_birthday, anniversary, festival, segment. Open vocabulary.
-- gift_no bigint: How many this member had of this offer: 1, 2, 3 ...
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- coupons bigint: How many coupons.
-- purse string: Which purse; null where it brought no points.
-- points bigint: How many points.
SELECT
    event_id,
    min(offer_id) AS offer_id,
    min(member_id) AS member_id,
    min(occasion) AS occasion,
    min(gift_no) AS gift_no,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(coupons) AS coupons,
    min(purse) AS purse,
    min(points) AS points
FROM gifts_v1
GROUP BY event_id, biz_date
