-- From how much on a member belongs to the part of the buyers that spent most in a period.
-- What counts as spend is what money paid of goods that are not excluded; returns are not taken off.
-- :first_day date: The first mall-local day.
-- :last_day date: The last mall-local day.
-- :share bigint: Which part: 5 is a fifth.
-- buyers bigint: Members who spent anything.
-- least bigint: What each of that part spent at least, in fen; null: nobody is in it.
WITH spent AS (
    SELECT sum(net) AS fen
    FROM lines
    WHERE is_payable = 1 AND biz_date BETWEEN :first_day AND :last_day
    GROUP BY member_id
),
placed AS (
    SELECT fen, count(*) OVER (ORDER BY fen DESC) AS as_much, count(*) OVER () AS everybody
    FROM spent
    WHERE fen > 0
)
SELECT
    coalesce(max(everybody), 0) AS buyers,
    cast(min(CASE WHEN as_much * :share <= everybody THEN fen END) AS bigint) AS least
FROM placed
ORDER BY buyers
