-- How many receipts there were in a period: the baskets that shares are shares of.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- baskets bigint: Receipts of the period, also those with one line, or with goods of no category.
SELECT count(*) AS baskets
FROM receipts
WHERE biz_date BETWEEN :first_day AND :last_day
ORDER BY baskets
