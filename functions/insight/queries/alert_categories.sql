-- What receipts of each week held of each category of goods: what average receipts of a category are made of.
-- What came back is not looked at, nor is what no money paid.
-- :first_day date: The Monday of the first week.
-- :last_day date: The last day that counts, a Sunday.
-- week bigint: Weeks since the first one.
-- category string: The category of goods.
-- receipts bigint: Receipts with goods of it for which money was paid.
-- paid bigint: What money paid for them, in fen.
-- logs bigint: The sum of the natural logarithms of what each receipt paid for them in fen, each in thousandths.
WITH bought AS (
    SELECT event_id, biz_date, category, sum(net) AS paid
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day AND category IS NOT NULL
    GROUP BY event_id, biz_date, category
),
weekly AS (
    SELECT
        cast(floor(date_diff('day', :first_day, biz_date) / cast(7 AS double)) AS bigint) AS week,
        category,
        paid,
        cast(round(1000 * ln(paid)) AS bigint) AS thousandths
    FROM bought
    WHERE paid > 0
)
SELECT
    week,
    category,
    count(*) AS receipts,
    cast(sum(paid) AS bigint) AS paid,
    cast(sum(thousandths) AS bigint) AS logs
FROM weekly
GROUP BY week, category
ORDER BY week, category
