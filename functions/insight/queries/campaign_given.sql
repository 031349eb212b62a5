-- What a campaign gave and took back, whenever that was, by purse.
-- :campaign_id string: The campaign.
-- what string: awarded, taken_back.
-- purse string: The purse; null where it was about coupons only.
-- happenings bigint: Awards, or what took some back; each once, with its first purse.
-- points bigint: Points.
-- coupons bigint: Coupons.
-- units bigint: Units of the budget.
SELECT
    what,
    purse,
    cast(sum(CASE WHEN part_no = 1 THEN 1 ELSE 0 END) AS bigint) AS happenings,
    cast(coalesce(sum(points), 0) AS bigint) AS points,
    cast(coalesce(sum(coupons), 0) AS bigint) AS coupons,
    cast(coalesce(sum(units), 0) AS bigint) AS units
FROM campaigns
WHERE campaign_id = :campaign_id AND what IN ('awarded', 'taken_back')
GROUP BY what, purse
ORDER BY what, coalesce(purse, '')
