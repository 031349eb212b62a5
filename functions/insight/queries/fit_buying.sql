-- How members who first bought in a period came again, and what they did in the time after it, as counts of equal histories.
-- A purchase is a day with receipts. Who may not be profiled is left out (requirement K1), and who left.
-- :first_day date: The first mall-local day of the period.
-- :last_day date: Its last day.
-- :until_day date: The last day of the time after it; the period's last day if there is none.
-- :only_agreed bigint: 1: only who agreed to profiling; 0: all but who refused it.
-- purchases bigint: Repeat purchases in the period.
-- recency bigint: Days from the first purchase to the last one in the period.
-- age bigint: Days from the first purchase to the period's end.
-- members bigint: Members with this history.
-- later bigint: Purchases they all made in the time after the period.
WITH days AS (
    SELECT member_id, biz_date
    FROM receipts
    WHERE biz_date <= :until_day
    GROUP BY member_id, biz_date
),
bought AS (
    SELECT
        days.member_id,
        min(days.biz_date) AS first_on,
        max(CASE WHEN days.biz_date <= :last_day THEN days.biz_date END) AS last_on,
        sum(CASE WHEN days.biz_date <= :last_day THEN 1 ELSE 0 END) - 1 AS purchases,
        sum(CASE WHEN days.biz_date > :last_day THEN 1 ELSE 0 END) AS later
    FROM days
    INNER JOIN people ON people.member_id = days.member_id
    WHERE people.profiling = 'granted' OR (:only_agreed = 0 AND people.profiling <> 'refused')
    GROUP BY days.member_id
    HAVING min(days.biz_date) BETWEEN :first_day AND :last_day
)
SELECT
    cast(purchases AS bigint) AS purchases,
    date_diff('day', first_on, last_on) AS recency,
    date_diff('day', first_on, :last_day) AS age,
    count(*) AS members,
    cast(sum(later) AS bigint) AS later
FROM bought
GROUP BY purchases, date_diff('day', first_on, last_on), date_diff('day', first_on, :last_day)
ORDER BY purchases, recency, age
