-- What counts of each member for what is predicted of them: how often, how lately, how much.
-- A purchase is a day with receipts. Who may not be profiled is left out (requirement K1), and who left.
-- :as_of date: The mall-local day it is told for: what happened later is not known.
-- :only_agreed bigint: 1: only who agreed to profiling; 0: all but who refused it.
-- :member_id string: Whose; an empty word: everybody's.
-- member_id string: The member's random id.
-- purchases bigint: Repeat purchases.
-- recency bigint: Days from the first purchase to the last one.
-- age bigint: Days since the first purchase.
-- paid_days bigint: Repeat days with something paid.
-- total bigint: What was paid on them, in fen.
WITH days AS (
    SELECT
        member_id,
        biz_date,
        sum(paid) AS paid,
        min(biz_date) OVER (PARTITION BY member_id) AS first_on
    FROM receipts
    WHERE biz_date <= :as_of AND (member_id = :member_id OR :member_id = '')
    GROUP BY member_id, biz_date
)
SELECT
    days.member_id,
    count(*) - 1 AS purchases,
    date_diff('day', min(days.biz_date), max(days.biz_date)) AS recency,
    date_diff('day', min(days.biz_date), :as_of) AS age,
    cast(sum(CASE WHEN days.biz_date > days.first_on AND days.paid > 0 THEN 1 ELSE 0 END) AS bigint) AS paid_days,
    cast(sum(CASE WHEN days.biz_date > days.first_on THEN days.paid ELSE 0 END) AS bigint) AS total
FROM days
INNER JOIN people ON people.member_id = days.member_id
WHERE people.profiling = 'granted' OR (:only_agreed = 0 AND people.profiling <> 'refused')
GROUP BY days.member_id
ORDER BY days.member_id
