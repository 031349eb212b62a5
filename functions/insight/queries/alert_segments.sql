-- Receipts of each week by the RFM segment their members were in on the day before.
-- Who was in which is known since segments are refreshed, so of the year before there may be none.
-- :first_day date: The Monday of the first week.
-- :last_day date: The last day that counts, a Sunday.
-- week bigint: Weeks since the first one.
-- segment_id string: The segment, such as rfm_champions.
-- receipts bigint: How many of which something was paid in money.
-- paid bigint: What was paid, in fen.
-- logs bigint: The sum of the natural logarithms of what was paid in fen, each in thousandths.
WITH moved AS (
    SELECT
        member_id,
        segment_id,
        what,
        biz_date,
        lead(biz_date) OVER (PARTITION BY member_id, segment_id ORDER BY biz_date, biz_hour, event_id) AS until_day
    FROM segments
    WHERE biz_date <= :last_day AND substring(segment_id, 1, 4) = 'rfm_'
),
weekly AS (
    SELECT
        cast(floor(date_diff('day', :first_day, receipts.biz_date) / cast(7 AS double)) AS bigint) AS week,
        moved.segment_id,
        receipts.paid,
        cast(round(1000 * ln(receipts.paid)) AS bigint) AS thousandths
    FROM receipts
    INNER JOIN moved ON moved.member_id = receipts.member_id
    WHERE
        moved.what = 'entered'
        AND receipts.biz_date BETWEEN :first_day AND :last_day
        AND receipts.paid > 0
        AND receipts.biz_date > moved.biz_date
        AND (moved.until_day IS NULL OR receipts.biz_date <= moved.until_day)
)
SELECT
    week,
    segment_id,
    count(*) AS receipts,
    cast(sum(paid) AS bigint) AS paid,
    cast(sum(thousandths) AS bigint) AS logs
FROM weekly
GROUP BY week, segment_id
ORDER BY week, segment_id
