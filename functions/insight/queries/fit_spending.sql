-- What members who first bought in a period paid on the days they came again, as counts of nearly equal averages.
-- Averages that differ by less than one per cent are put together; days with nothing paid do not count.
-- :first_day date: The first mall-local day of the period.
-- :last_day date: Its last day.
-- :only_agreed bigint: 1: only who agreed to profiling; 0: all but who refused it.
-- days bigint: Repeat days with something paid.
-- step bigint: The average in fen as steps of one per cent.
-- members bigint: Members with so many days and about that average.
-- total bigint: What they all paid on them, in fen.
WITH days AS (
    SELECT
        member_id,
        biz_date,
        sum(paid) AS paid,
        min(biz_date) OVER (PARTITION BY member_id) AS first_on
    FROM receipts
    WHERE biz_date <= :last_day
    GROUP BY member_id, biz_date
),
spent AS (
    SELECT days.member_id, count(*) AS days, sum(days.paid) AS total
    FROM days
    INNER JOIN people ON people.member_id = days.member_id
    WHERE days.first_on >= :first_day
        AND days.biz_date > days.first_on
        AND days.paid > 0
        AND (people.profiling = 'granted' OR (:only_agreed = 0 AND people.profiling <> 'refused'))
    GROUP BY days.member_id
)
SELECT
    days,
    cast(floor(ln(cast(total AS double) / days) * 100) AS bigint) AS step,
    count(*) AS members,
    cast(sum(total) AS bigint) AS total
FROM spent
GROUP BY days, cast(floor(ln(cast(total AS double) / days) * 100) AS bigint)
ORDER BY days, step
