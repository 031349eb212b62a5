-- How many members there were at the end of a month, who joined in it and who left, by channel, tier and stage of life.
-- Who waits for approval has joined, and is no member yet. Sums over everybody, also over those who refused to be profiled.
-- :first_day date: The month's first mall-local day.
-- :last_day date: The last day that counts.
-- :new_since date: Whose first purchase was on that day or later is new.
-- :active_since date: Else whose last purchase was on that day or later is active,
-- :dormant_since date: and on that day or later dormant; else lost. Who never bought is potential.
-- channel string: Where they enrolled.
-- tier string: The tier's code held at the end; null: no event told one, so it is the ladder's first.
-- stage string: potential, new, active, dormant, lost.
-- members bigint: Members at the end.
-- joined bigint: Who enrolled in the month, also if they left in it or wait for approval: as events tell it.
-- gone bigint: Who left in the month.
WITH known AS (
    SELECT
        member_id,
        max(CASE WHEN what = 'enrolled' THEN biz_date END) AS joined_on,
        max(CASE WHEN what = 'enrolled' THEN channel END) AS channel,
        max(CASE WHEN what = 'erased' THEN biz_date END) AS left_on,
        coalesce(
            max(CASE WHEN what = 'status' THEN status END),
            max(CASE WHEN what = 'enrolled' THEN status END)
        ) AS status,
        coalesce(
            max(CASE WHEN what = 'tier' THEN tier END),
            max(CASE WHEN what = 'enrolled' THEN tier END)
        ) AS tier
    FROM standing
    WHERE biz_date <= :last_day AND (followed_on IS NULL OR followed_on > :last_day)
    GROUP BY member_id
),
moved AS (
    SELECT member_id, nullif(max_by(coalesce(tier, ''), member_seq), '') AS tier
    FROM balances
    WHERE biz_date <= :last_day
    GROUP BY member_id
),
bought AS (
    SELECT member_id, min(biz_date) AS first_on, max(biz_date) AS last_on
    FROM receipts
    WHERE biz_date <= :last_day
    GROUP BY member_id
),
staged AS (
    SELECT
        known.channel,
        coalesce(known.tier, moved.tier) AS tier,
        CASE
            WHEN bought.last_on IS NULL THEN 'potential'
            WHEN bought.first_on >= :new_since THEN 'new'
            WHEN bought.last_on >= :active_since THEN 'active'
            WHEN bought.last_on >= :dormant_since THEN 'dormant'
            ELSE 'lost'
        END AS stage,
        CASE
            WHEN known.left_on IS NULL AND coalesce(known.status, '') NOT IN ('awaiting_approval', 'erased') THEN 1
            ELSE 0
        END AS stays,
        CASE WHEN known.joined_on >= :first_day THEN 1 ELSE 0 END AS joined,
        CASE WHEN known.left_on >= :first_day THEN 1 ELSE 0 END AS gone
    FROM known
    LEFT JOIN moved ON moved.member_id = known.member_id
    LEFT JOIN bought ON bought.member_id = known.member_id
    WHERE known.joined_on IS NOT NULL
)
SELECT
    channel,
    tier,
    stage,
    cast(sum(stays) AS bigint) AS members,
    cast(sum(joined) AS bigint) AS joined,
    cast(sum(gone) AS bigint) AS gone
FROM staged
GROUP BY channel, tier, stage
HAVING sum(stays) + sum(joined) + sum(gone) > 0
ORDER BY coalesce(channel, ''), coalesce(tier, ''), stage
