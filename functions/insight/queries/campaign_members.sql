-- What who took part in a campaign spent before, during and after it, beside its control group and everybody else.
-- The three periods follow each other. Spend is what was paid, less what went back, each on its own day.
-- :campaign_id string: The campaign.
-- :before_first date: The first mall-local day of the period before.
-- :first_day date: The campaign's first day.
-- :last_day date: Its last day that counts.
-- :after_last date: The last day of the period after; the campaign's last day if there is none.
-- took_part bigint: 2: who was awarded something; 1: who was kept out and would have been; 0: others who came.
-- members bigint: Members of the group.
-- bought_before bigint: Those who bought in the period before.
-- bought_during bigint: Those who bought during the campaign.
-- bought_after bigint: Those who bought in the period after.
-- receipts_before bigint: Receipts in the period before.
-- receipts_during bigint: Receipts during the campaign.
-- receipts_after bigint: Receipts in the period after.
-- spend_before bigint: Spend in the period before, in fen.
-- spend_during bigint: Spend during the campaign, in fen.
-- spend_after bigint: Spend in the period after, in fen.
-- growth_deviation bigint: The standard deviation over members of spend during less spend before, in fen; one: 0.
WITH happened AS (
    SELECT
        member_id,
        :first_day AS biz_date,
        CASE WHEN what = 'awarded' THEN 2 ELSE 1 END AS took,
        0 AS receipts,
        0 AS fen
    FROM campaigns
    WHERE campaign_id = :campaign_id AND what IN ('awarded', 'withheld')
    UNION ALL
    SELECT member_id, biz_date, 0 AS took, 1 AS receipts, paid AS fen
    FROM receipts
    WHERE biz_date BETWEEN :before_first AND :after_last
    UNION ALL
    SELECT member_id, biz_date, 0 AS took, 0 AS receipts, -money_back AS fen
    FROM returns
    WHERE biz_date BETWEEN :before_first AND :after_last
),
by_member AS (
    SELECT
        member_id,
        max(took) AS took_part,
        sum(CASE WHEN biz_date < :first_day THEN receipts ELSE 0 END) AS receipts_before,
        sum(CASE WHEN biz_date BETWEEN :first_day AND :last_day THEN receipts ELSE 0 END) AS receipts_during,
        sum(CASE WHEN biz_date > :last_day THEN receipts ELSE 0 END) AS receipts_after,
        sum(CASE WHEN biz_date < :first_day THEN fen ELSE 0 END) AS spend_before,
        sum(CASE WHEN biz_date BETWEEN :first_day AND :last_day THEN fen ELSE 0 END) AS spend_during,
        sum(CASE WHEN biz_date > :last_day THEN fen ELSE 0 END) AS spend_after
    FROM happened
    GROUP BY member_id
)
SELECT
    took_part,
    count(*) AS members,
    cast(sum(CASE WHEN receipts_before > 0 THEN 1 ELSE 0 END) AS bigint) AS bought_before,
    cast(sum(CASE WHEN receipts_during > 0 THEN 1 ELSE 0 END) AS bigint) AS bought_during,
    cast(sum(CASE WHEN receipts_after > 0 THEN 1 ELSE 0 END) AS bigint) AS bought_after,
    cast(sum(receipts_before) AS bigint) AS receipts_before,
    cast(sum(receipts_during) AS bigint) AS receipts_during,
    cast(sum(receipts_after) AS bigint) AS receipts_after,
    cast(sum(spend_before) AS bigint) AS spend_before,
    cast(sum(spend_during) AS bigint) AS spend_during,
    cast(sum(spend_after) AS bigint) AS spend_after,
    cast(round(coalesce(stddev_samp(spend_during - spend_before), 0)) AS bigint) AS growth_deviation
FROM by_member
GROUP BY took_part
ORDER BY took_part DESC
