-- How many members bought of each category in a period.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- category string: The category of the goods.
-- buyers bigint: Members who bought of it.
SELECT category, count(*) AS buyers
FROM (
    SELECT member_id, category
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day
    GROUP BY member_id, category
) AS bought
WHERE category IS NOT NULL
GROUP BY category
ORDER BY buyers DESC, category
