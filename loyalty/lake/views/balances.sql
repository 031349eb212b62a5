-- What a member could spend, and the tier held, after each movement of points; the newest has the highest member_seq.
-- One row for each member_id, member_seq: an entry's reasons share one balance, so no event needs to be told apart.
-- member_id string: The member's random id.
-- member_seq bigint: The account version the entry made.
-- biz_date date: The mall-local day it happened.
-- balance bigint: What could be spent of purse points after the entry; may be below 0.
-- tier string: The tier's code held after the entry; null: not told.
SELECT
    member_id,
    member_seq,
    biz_date,
    min(balance) AS balance,
    min(tier) AS tier
FROM points_v1
WHERE balance IS NOT NULL
GROUP BY member_id, member_seq, biz_date
