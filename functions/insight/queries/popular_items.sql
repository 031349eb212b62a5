-- What most members bought of each category in a period: the first few items.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- :most bigint: How many items of each category.
-- category string: The category of the goods.
-- sku string: The item.
-- buyers bigint: Members who bought it.
WITH bought AS (
    SELECT member_id, category, sku
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day AND category IS NOT NULL AND sku IS NOT NULL
    GROUP BY member_id, category, sku
),
placed AS (
    SELECT
        category,
        sku,
        count(*) AS buyers,
        row_number() OVER (PARTITION BY category ORDER BY count(*) DESC, sku) AS place
    FROM bought
    GROUP BY category, sku
)
SELECT category, sku, buyers
FROM placed
WHERE place <= :most
ORDER BY category, buyers DESC, sku
