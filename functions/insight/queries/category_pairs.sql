-- Which two categories the same members bought of in a period, on one receipt or on several; the most frequent pairs only.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- :least bigint: How many members a pair has to have.
-- :most bigint: How many pairs at most.
-- one string: The category whose name comes first.
-- other string: The one the same members bought of.
-- buyers bigint: Members who bought of both.
WITH bought AS (
    SELECT member_id, category
    FROM lines
    WHERE biz_date BETWEEN :first_day AND :last_day AND category IS NOT NULL
    GROUP BY member_id, category
)
SELECT a.category AS one, b.category AS other, count(*) AS buyers
FROM bought AS a
INNER JOIN bought AS b ON a.member_id = b.member_id AND a.category < b.category
GROUP BY a.category, b.category
HAVING count(*) >= :least
ORDER BY buyers DESC, one, other
LIMIT :most
