-- What was bought in a month by category of the goods, the highest sales first.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- :most bigint: How many categories at most.
-- category string: The category; null: the till did not say.
-- receipts bigint: Receipts with goods of it.
-- pieces bigint: Pieces.
-- net bigint: What money paid for them, in fen.
WITH sold AS (
    SELECT event_id, category, coalesce(sum(quantity), 0) AS pieces, coalesce(sum(net), 0) AS net
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day
    GROUP BY event_id, category
)
SELECT
    category,
    count(*) AS receipts,
    cast(sum(pieces) AS bigint) AS pieces,
    cast(sum(net) AS bigint) AS net
FROM sold
GROUP BY category
ORDER BY net DESC, coalesce(category, '')
LIMIT :most
