-- Why points that pay moved in a month: purses points and courtesy together.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- code string: Why: base, campaign, redeemed, expired, ... Open vocabulary.
-- points bigint: Signed: plus was in the members' favour.
SELECT code, cast(sum(points) AS bigint) AS points
FROM points
WHERE purse IN ('points', 'courtesy') AND biz_date BETWEEN :first_day AND :last_day
GROUP BY code
ORDER BY coalesce(code, '')
