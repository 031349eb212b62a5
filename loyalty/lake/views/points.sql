-- Movements of points, one row a reason; the reasons of an entry sum to what moved, purse by purse.
-- One row for each event_id, reason_no, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- reason_no bigint: The reason's number in its event, from 1.
-- entry_id string: The ledger entry.
-- member_id string: The member's random id.
-- member_seq bigint: The account version the entry made: orders a member's movements.
-- movement string: Open vocabulary: purchase, refund, redeem, expire, transfer, adjust, ...
-- purse string: Open vocabulary: points, courtesy, growth, draws.
-- code string: Why. Open vocabulary: base, tier_multiplier, campaign, redeemed, ...
-- about string: What the code speaks of: the campaign, the tier.
-- points bigint: Signed: plus is in the member's favour.
-- balance bigint: What could be spent of purse points after the whole entry.
-- tier string: The tier's code held after the whole entry.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
SELECT
    event_id,
    reason_no,
    min(entry_id) AS entry_id,
    min(member_id) AS member_id,
    min(member_seq) AS member_seq,
    min(movement) AS movement,
    min(purse) AS purse,
    min(code) AS code,
    min(about) AS about,
    min(points) AS points,
    min(balance) AS balance,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour
FROM points_v1
GROUP BY event_id, reason_no, biz_date
