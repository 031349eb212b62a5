-- Receipts of each week by the tier and the stage of life they were bought in: what average receipts are made of.
-- The stage is the one before that purchase: who comes after five months comes as dormant. What came back is not looked at.
-- :first_day date: The Monday of the first week.
-- :last_day date: The last day that counts, a Sunday.
-- :new_days bigint: Who bought for the first time at most so many days ago is new, the first time itself included.
-- :active_days bigint: Else whose purchase before was at most so many days ago is active,
-- :dormant_days bigint: and at most so many dormant; else lost.
-- week bigint: Weeks since the first one.
-- tier string: The tier's code held at that moment; null: the receipt did not tell one.
-- stage string: new, active, dormant, lost.
-- receipts bigint: How many of which something was paid in money.
-- paid bigint: What was paid, in fen.
-- logs bigint: The sum of the natural logarithms of what was paid in fen, each in thousandths.
WITH bought AS (
    SELECT
        tier,
        biz_date,
        paid,
        min(biz_date) OVER (PARTITION BY member_id) AS first_on,
        lag(biz_date) OVER (PARTITION BY member_id ORDER BY biz_date, biz_hour, event_id) AS before_on
    FROM receipts
    WHERE biz_date <= :last_day
),
staged AS (
    SELECT
        cast(floor(date_diff('day', :first_day, biz_date) / cast(7 AS double)) AS bigint) AS week,
        tier,
        CASE
            WHEN date_diff('day', first_on, biz_date) <= :new_days THEN 'new'
            WHEN date_diff('day', before_on, biz_date) <= :active_days THEN 'active'
            WHEN date_diff('day', before_on, biz_date) <= :dormant_days THEN 'dormant'
            ELSE 'lost'
        END AS stage,
        paid,
        cast(round(1000 * ln(paid)) AS bigint) AS thousandths
    FROM bought
    WHERE biz_date >= :first_day AND paid > 0
)
SELECT
    week,
    tier,
    stage,
    count(*) AS receipts,
    cast(sum(paid) AS bigint) AS paid,
    cast(sum(thousandths) AS bigint) AS logs
FROM staged
GROUP BY week, tier, stage
ORDER BY week, coalesce(tier, ''), stage
