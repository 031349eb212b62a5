-- What members bought in the days after an offer by occasion was given to them.
-- A receipt counts once, whatever number of gifts it follows; what came back of it is taken off, whenever it came.
-- On the day of a gift only receipts from its hour on follow it.
-- :offer_id string: The offer by occasion.
-- :first_day date: A mall-local day before which it was not given.
-- :last_day date: The last day that counts.
-- :days bigint: How many days after a gift count, its own being the first.
-- members bigint: Members who were given it.
-- bought bigint: Those who bought something in the days after.
-- receipts bigint: Receipts in the days after.
-- paid bigint: What was paid for these, less what came back, in fen.
WITH moves AS (
    SELECT member_id, tenant_id, receipt_no, biz_date, biz_hour, 1 AS receipts, paid AS fen
    FROM receipts
    WHERE biz_date BETWEEN :first_day AND :last_day
    UNION ALL
    SELECT member_id, tenant_id, receipt_no, biz_date, biz_hour, 0 AS receipts, -money_back AS fen
    FROM returns
    WHERE biz_date BETWEEN :first_day AND :last_day
),
numbered AS (
    SELECT
        member_id,
        tenant_id,
        receipt_no,
        biz_date,
        biz_hour,
        receipts,
        fen,
        sum(receipts) OVER (
            PARTITION BY member_id, tenant_id, receipt_no
            ORDER BY biz_date, receipts DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS nth
    FROM moves
),
happened AS (
    SELECT member_id, biz_date, biz_hour, 1 AS gifts, 0 AS receipts, 0 AS fen
    FROM gifts
    WHERE offer_id = :offer_id AND biz_date BETWEEN :first_day AND :last_day
    UNION ALL
    SELECT
        member_id,
        max(CASE WHEN receipts = 1 THEN biz_date END) AS biz_date,
        max(CASE WHEN receipts = 1 THEN biz_hour END) AS biz_hour,
        0 AS gifts,
        1 AS receipts,
        sum(fen) AS fen
    FROM numbered
    WHERE nth > 0
    GROUP BY member_id, tenant_id, receipt_no, nth
),
followed AS (
    SELECT
        member_id,
        biz_date,
        gifts,
        receipts,
        fen,
        max(CASE WHEN gifts = 1 THEN biz_date END) OVER (
            PARTITION BY member_id
            ORDER BY biz_date, biz_hour, gifts DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS given_on
    FROM happened
),
counted AS (
    SELECT
        member_id,
        sum(CASE WHEN date_diff('day', given_on, biz_date) < :days THEN receipts ELSE 0 END) AS receipts,
        sum(CASE WHEN date_diff('day', given_on, biz_date) < :days THEN fen ELSE 0 END) AS fen
    FROM followed
    WHERE given_on IS NOT NULL
    GROUP BY member_id
)
SELECT
    count(*) AS members,
    cast(coalesce(sum(CASE WHEN receipts > 0 THEN 1 ELSE 0 END), 0) AS bigint) AS bought,
    cast(coalesce(sum(receipts), 0) AS bigint) AS receipts,
    cast(coalesce(sum(fen), 0) AS bigint) AS paid
FROM counted
ORDER BY members
