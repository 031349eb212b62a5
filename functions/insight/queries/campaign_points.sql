-- Why points that pay moved during a campaign: of who took part in it, of its control group, and of all others.
-- :campaign_id string: The campaign.
-- :first_day date: Its first mall-local day.
-- :last_day date: Its last day that counts.
-- took_part bigint: 2: of who was awarded something; 1: of who was kept out and would have been; 0: of the others.
-- code string: Why: base, campaign, redeemed, expired, ... Open vocabulary.
-- points bigint: Signed: plus was in the members' favour; purses points and courtesy together.
WITH happened AS (
    SELECT member_id, CASE WHEN what = 'awarded' THEN 2 ELSE 1 END AS took, 0 AS moves, '' AS code, 0 AS points
    FROM campaigns
    WHERE campaign_id = :campaign_id AND what IN ('awarded', 'withheld')
    UNION ALL
    SELECT member_id, 0 AS took, 1 AS moves, code, points
    FROM points
    WHERE purse IN ('points', 'courtesy') AND biz_date BETWEEN :first_day AND :last_day
),
marked AS (
    SELECT moves, code, points, max(took) OVER (PARTITION BY member_id) AS took_part
    FROM happened
)
SELECT took_part, code, cast(sum(points) AS bigint) AS points
FROM marked
WHERE moves = 1
GROUP BY took_part, code
ORDER BY took_part DESC, coalesce(code, '')
