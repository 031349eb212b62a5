-- Which two items, or categories, were on one receipt, and on how many; each counts once a receipt, however many pieces.
-- Returns are not looked at: what was bought together was bought together. The most frequent pairs only.
-- :level string: sku or category.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- :least bigint: On how many receipts a pair has to be.
-- :most bigint: How many pairs at most.
-- one string: The item, or category, whose name comes first.
-- other string: The one it was bought with.
-- of_both bigint: Receipts with both.
-- of_one bigint: Receipts with the first.
-- of_other bigint: Receipts with the second.
WITH items AS (
    SELECT event_id, item, count(*) OVER (PARTITION BY item) AS receipts
    FROM (
        SELECT event_id, CASE WHEN :level = 'sku' THEN sku ELSE category END AS item
        FROM lines
        WHERE biz_date BETWEEN :first_day AND :last_day
        GROUP BY event_id, CASE WHEN :level = 'sku' THEN sku ELSE category END
    ) AS bought
    WHERE item IS NOT NULL
),
pairs AS (
    SELECT
        a.item AS one,
        b.item AS other,
        count(*) AS of_both,
        min(a.receipts) AS of_one,
        min(b.receipts) AS of_other
    FROM items AS a
    INNER JOIN items AS b ON a.event_id = b.event_id AND a.item < b.item
    GROUP BY a.item, b.item
)
SELECT one, other, of_both, of_one, of_other
FROM pairs
WHERE of_both >= :least
ORDER BY of_both DESC, one, other
LIMIT :most
