-- What most members bought of each category in a period: the first few items, and the first few of its dearer third.
-- How dear an item is says the median of what a piece cost its buyers before anything was taken off: what somebody's
-- coupon or tier made of it is not looked at.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- :least bigint: How many members must have bought an item.
-- :most bigint: How many items of each category, and how many of its dearer ones.
-- category string: The category of the goods.
-- sku string: The item.
-- buyers bigint: Members who bought it.
-- dearer bigint: 1: at most a third of the category's items are as dear as it; else 0.
WITH bought AS (
    SELECT category, sku, cast(floor(cast(sum(amount) AS double) / sum(quantity)) AS bigint) AS fen
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day AND category IS NOT NULL AND sku IS NOT NULL
    GROUP BY member_id, category, sku
    HAVING sum(quantity) > 0
),
prices AS (
    SELECT category, sku, fen, count(*) AS members
    FROM bought
    GROUP BY category, sku, fen
),
counted AS (
    SELECT
        category,
        sku,
        fen,
        sum(members) OVER (PARTITION BY category, sku) AS buyers,
        sum(members) OVER (PARTITION BY category, sku ORDER BY fen) AS up_to
    FROM prices
),
items AS (
    SELECT category, sku, max(buyers) AS buyers, min(CASE WHEN up_to * 2 >= buyers THEN fen END) AS fen
    FROM counted
    GROUP BY category, sku
    HAVING max(buyers) >= :least
),
compared AS (
    SELECT
        category,
        sku,
        buyers,
        CASE
            WHEN count(*) OVER (PARTITION BY category ORDER BY fen DESC) * 3 <= count(*) OVER (PARTITION BY category)
                THEN 1
            ELSE 0
        END AS dearer
    FROM items
),
placed AS (
    SELECT
        category,
        sku,
        buyers,
        dearer,
        row_number() OVER (PARTITION BY category ORDER BY buyers DESC, sku) AS place,
        row_number() OVER (PARTITION BY category, dearer ORDER BY buyers DESC, sku) AS place_of_its_kind
    FROM compared
)
SELECT category, sku, cast(buyers AS bigint) AS buyers, dearer
FROM placed
WHERE place <= :most OR (dearer = 1 AND place_of_its_kind <= :most)
ORDER BY category, buyers DESC, sku
