-- How often a further item went with the first: receipts by how many different items and categories they hold.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- receipts bigint: Receipts with lines.
-- more_items bigint: Those with two different items or more.
-- more_categories bigint: Those with goods of two categories or more.
-- pieces bigint: Pieces on all of them.
-- net bigint: What money paid for them, in fen.
WITH held AS (
    SELECT
        event_id,
        count(DISTINCT sku) AS items,
        count(DISTINCT category) AS categories,
        coalesce(sum(quantity), 0) AS pieces,
        coalesce(sum(net), 0) AS net
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day
    GROUP BY event_id
)
SELECT
    count(*) AS receipts,
    cast(coalesce(sum(CASE WHEN items > 1 THEN 1 ELSE 0 END), 0) AS bigint) AS more_items,
    cast(coalesce(sum(CASE WHEN categories > 1 THEN 1 ELSE 0 END), 0) AS bigint) AS more_categories,
    cast(coalesce(sum(pieces), 0) AS bigint) AS pieces,
    cast(coalesce(sum(net), 0) AS bigint) AS net
FROM held
ORDER BY receipts
