-- What came back in a month, whenever it was bought.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- goods_back bigint: Returns.
-- money_back bigint: What went back to the payment, in fen.
SELECT count(*) AS goods_back, cast(coalesce(sum(money_back), 0) AS bigint) AS money_back
FROM returns
WHERE biz_date BETWEEN :first_day AND :last_day
ORDER BY goods_back
