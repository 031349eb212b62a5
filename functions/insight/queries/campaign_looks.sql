-- Who looked at a campaign and clicked on it, of those who agree to profiling.
-- :campaign_id string: The campaign.
-- what string: seen, clicked.
-- members bigint: Members who did, each once.
SELECT what, count(DISTINCT member_id) AS members
FROM activity
WHERE kind = 'campaign' AND ref = :campaign_id
GROUP BY what
ORDER BY what
