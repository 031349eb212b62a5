-- Who bought in a month and what, by the tier held at the newest receipt of it; so every buyer is in one tier.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- tier string: The tier's code; null: the receipt did not tell one.
-- buyers bigint: Members with a receipt.
-- repeat_buyers bigint: Those with two receipts or more.
-- first_buyers bigint: Those who had bought nothing before.
-- receipts bigint: Their receipts.
-- gross bigint: The sum of the lines in fen.
-- paid bigint: What was paid in money, in fen.
WITH placed AS (
    SELECT
        member_id,
        tier,
        is_first,
        gross,
        paid,
        row_number() OVER (PARTITION BY member_id ORDER BY biz_date DESC, biz_hour DESC, event_id DESC) AS place
    FROM receipts
    WHERE biz_date BETWEEN :first_day AND :last_day
),
bought AS (
    SELECT
        member_id,
        max(CASE WHEN place = 1 THEN tier END) AS tier,
        max(is_first) AS is_first,
        count(*) AS receipts,
        sum(gross) AS gross,
        sum(paid) AS paid
    FROM placed
    GROUP BY member_id
)
SELECT
    tier,
    count(*) AS buyers,
    cast(sum(CASE WHEN receipts > 1 THEN 1 ELSE 0 END) AS bigint) AS repeat_buyers,
    cast(sum(is_first) AS bigint) AS first_buyers,
    cast(sum(receipts) AS bigint) AS receipts,
    cast(sum(gross) AS bigint) AS gross,
    cast(sum(paid) AS bigint) AS paid
FROM bought
GROUP BY tier
ORDER BY coalesce(tier, '')
