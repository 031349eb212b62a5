WITH members AS (
SELECT
    event_id,
    min(member_id) AS member_id,
    what,
    min("at") AS "at",
    min(seq) AS seq,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(status) AS status,
    min(tier) AS tier,
    min(channel) AS channel,
    min(member_kind) AS member_kind,
    min(profiling) AS profiling,
    min(birth_year) AS birth_year,
    min(interests) AS interests,
    min(categories) AS categories,
    min(brands) AS brands,
    min(family) AS family
FROM members_v1
GROUP BY event_id, what, biz_date
),
standing AS (
SELECT
    member_id,
    what,
    biz_date,
    min(biz_date) OVER (
        PARTITION BY member_id, what ORDER BY seq, "at", event_id
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS followed_on,
    status,
    tier,
    channel,
    member_kind,
    profiling,
    birth_year,
    interests,
    categories,
    brands,
    family
FROM members
),
lines AS (
SELECT
    event_id,
    line_no,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    min(channel) AS channel,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(sku) AS sku,
    min(category) AS category,
    min(brand) AS brand,
    min(quantity) AS quantity,
    min(amount) AS amount,
    min(net) AS net,
    min(is_payable) AS is_payable
FROM lines_v1
GROUP BY event_id, line_no, biz_date
),
receipts AS (
SELECT
    event_id,
    min(entry_id) AS entry_id,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    min(channel) AS channel,
    min(tier) AS tier,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(is_first) AS is_first,
    min(gross) AS gross,
    min(paid) AS paid,
    min(points) AS points,
    min(pieces) AS pieces
FROM receipts_v1
GROUP BY event_id, biz_date
),
returns AS (
SELECT
    event_id,
    min(entry_id) AS entry_id,
    min(member_id) AS member_id,
    min(tenant_id) AS tenant_id,
    min(receipt_no) AS receipt_no,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(amount) AS amount,
    min(money_back) AS money_back,
    min(taken_back) AS taken_back,
    min(given_back) AS given_back
FROM returns_v1
GROUP BY event_id, biz_date
),
eligible AS (
SELECT member_id, max(CASE WHEN what = 'enrolled' THEN biz_date END) AS joined_on, max(CASE WHEN what = 'enrolled' THEN channel END) AS joined_by, max(CASE WHEN what = 'enrolled' THEN member_kind END) AS member_kind, coalesce(max(CASE WHEN what = 'status' THEN status END), max(CASE WHEN what = 'enrolled' THEN status END), '') AS status, coalesce(max(CASE WHEN what = 'tier' THEN tier END), max(CASE WHEN what = 'enrolled' THEN tier END)) AS tier, max(CASE WHEN what = 'profiled' THEN birth_year END) AS birth_year, max(CASE WHEN what = 'profiled' THEN interests END) AS interests, max(CASE WHEN what = 'profiled' THEN categories END) AS categories, max(CASE WHEN what = 'profiled' THEN brands END) AS brands, max(CASE WHEN what = 'profiled' THEN family END) AS family FROM standing WHERE (what IN ('erased', 'profiled') AND followed_on IS NULL) OR (what IN ('enrolled', 'status', 'tier') AND biz_date <= DATE '2026-11-22' AND (followed_on IS NULL OR followed_on > DATE '2026-11-22')) GROUP BY member_id HAVING max(CASE WHEN what = 'enrolled' THEN biz_date END) IS NOT NULL AND max(CASE WHEN what = 'erased' THEN biz_date END) IS NULL AND coalesce(max(CASE WHEN what = 'status' THEN status END), max(CASE WHEN what = 'enrolled' THEN status END), '') NOT IN ('awaiting_approval', 'erased') AND coalesce(max(CASE WHEN what = 'profiled' THEN profiling END), 'unsaid') <> 'refused'
),
baskets AS (
SELECT min(member_id) AS member_id, min(tenant_id) AS tenant_id, min(channel) AS channel, min(biz_date) AS biz_date, min(biz_hour) AS biz_hour, sum(CASE WHEN category IN ('childrens_wear', 'education', 'mother_baby', 'toys') THEN net ELSE 0 END) AS net_0, max(CASE WHEN category IN ('childrens_wear', 'education', 'mother_baby', 'toys') THEN 1 ELSE 0 END) AS has_0, sum(CASE WHEN category IN ('cosmetics', 'menswear', 'shoes_bags', 'silk', 'sports', 'womens_wear') THEN net ELSE 0 END) AS net_1, max(CASE WHEN category IN ('cosmetics', 'menswear', 'shoes_bags', 'silk', 'sports', 'womens_wear') THEN 1 ELSE 0 END) AS has_1, sum(CASE WHEN category IN ('jewellery', 'watches', 'wine') THEN net ELSE 0 END) AS net_2, max(CASE WHEN category IN ('jewellery', 'watches', 'wine') THEN 1 ELSE 0 END) AS has_2 FROM lines GROUP BY event_id
),
by_receipts AS (
SELECT member_id, sum(CASE WHEN biz_date > DATE '2026-08-24' THEN 1 ELSE 0 END) AS receipts_0, sum(CASE WHEN biz_date > DATE '2025-11-22' THEN paid ELSE 0 END) AS receipts_1, sum(CASE WHEN biz_date > DATE '2026-05-26' AND mod(date_diff('day', DATE '2001-01-01', biz_date), 7) IN (0, 1, 2, 3, 4) AND (biz_hour >= 11 AND biz_hour < 14) THEN 1 ELSE 0 END) AS receipts_2, min(biz_date) AS receipts_3, max(biz_date) AS receipts_4, max(CASE WHEN biz_date > DATE '2025-11-22' THEN biz_date ELSE NULL END) AS receipts_5, sum(CASE WHEN biz_date > DATE '2025-11-22' THEN 1 ELSE 0 END) AS receipts_6 FROM receipts WHERE biz_date <= DATE '2026-11-22' GROUP BY member_id
),
by_returns AS (
SELECT member_id, sum(CASE WHEN biz_date > DATE '2025-11-22' THEN money_back ELSE 0 END) AS returns_0 FROM returns WHERE biz_date <= DATE '2026-11-22' GROUP BY member_id
),
by_baskets AS (
SELECT member_id, sum(CASE WHEN has_0 = 1 AND biz_date > DATE '2026-05-26' THEN 1 ELSE 0 END) AS baskets_0, sum(CASE WHEN has_1 = 1 AND biz_date > DATE '2026-05-26' THEN net_1 ELSE 0 END) AS baskets_1, sum(CASE WHEN has_2 = 1 AND biz_date > DATE '2025-11-22' THEN net_2 ELSE 0 END) AS baskets_2 FROM baskets WHERE biz_date <= DATE '2026-11-22' GROUP BY member_id
),
known AS (
SELECT eligible.*, coalesce(receipts_0, 0) AS receipts_0, coalesce(receipts_1, 0) AS receipts_1, coalesce(receipts_2, 0) AS receipts_2, receipts_3, receipts_4, receipts_5, coalesce(receipts_6, 0) AS receipts_6, coalesce(returns_0, 0) AS returns_0, coalesce(baskets_0, 0) AS baskets_0, coalesce(baskets_1, 0) AS baskets_1, coalesce(baskets_2, 0) AS baskets_2 FROM eligible LEFT JOIN by_receipts ON by_receipts.member_id = eligible.member_id LEFT JOIN by_returns ON by_returns.member_id = eligible.member_id LEFT JOIN by_baskets ON by_baskets.member_id = eligible.member_id
),
staged AS (
SELECT known.*, CASE WHEN receipts_4 IS NULL THEN 'potential' WHEN receipts_3 >= DATE '2026-10-23' THEN 'new' WHEN receipts_4 >= DATE '2026-08-24' THEN 'active' WHEN receipts_4 >= DATE '2026-05-26' THEN 'dormant' ELSE 'lost' END AS stage FROM known
),
ranked AS (
SELECT staged.*, rank() OVER (PARTITION BY CASE WHEN receipts_6 > 0 THEN 1 ELSE 0 END ORDER BY receipts_5) AS r_rank, rank() OVER (PARTITION BY CASE WHEN receipts_6 > 0 THEN 1 ELSE 0 END ORDER BY receipts_6) AS f_rank, rank() OVER (PARTITION BY CASE WHEN receipts_6 > 0 THEN 1 ELSE 0 END ORDER BY receipts_1 - returns_0) AS m_rank, count(*) OVER (PARTITION BY CASE WHEN receipts_6 > 0 THEN 1 ELSE 0 END) AS buyers FROM staged
),
scored AS (
SELECT ranked.*, CASE WHEN receipts_6 > 0 THEN CASE WHEN (r_rank - 1) * 5 < buyers * 1 THEN 1 WHEN (r_rank - 1) * 5 < buyers * 2 THEN 2 WHEN (r_rank - 1) * 5 < buyers * 3 THEN 3 WHEN (r_rank - 1) * 5 < buyers * 4 THEN 4 ELSE 5 END END AS r, CASE WHEN receipts_6 > 0 THEN CASE WHEN (f_rank - 1) * 5 < buyers * 1 THEN 1 WHEN (f_rank - 1) * 5 < buyers * 2 THEN 2 WHEN (f_rank - 1) * 5 < buyers * 3 THEN 3 WHEN (f_rank - 1) * 5 < buyers * 4 THEN 4 ELSE 5 END END AS f, CASE WHEN receipts_6 > 0 THEN CASE WHEN (m_rank - 1) * 5 < buyers * 1 THEN 1 WHEN (m_rank - 1) * 5 < buyers * 2 THEN 2 WHEN (m_rank - 1) * 5 < buyers * 3 THEN 3 WHEN (m_rank - 1) * 5 < buyers * 4 THEN 4 ELSE 5 END END AS m FROM ranked
),
grouped AS (
SELECT scored.*, CASE WHEN r IN (5) AND f IN (4, 5) THEN 'champions' WHEN r IN (3, 4) AND f IN (4, 5) THEN 'loyal' WHEN r IN (4, 5) AND f IN (2, 3) THEN 'potential_loyalists' WHEN r IN (5) AND f IN (1) THEN 'new_customers' WHEN r IN (4) AND f IN (1) THEN 'promising' WHEN r IN (3) AND f IN (3) THEN 'need_attention' WHEN r IN (3) AND f IN (1, 2) THEN 'about_to_sleep' WHEN r IN (1, 2) AND f IN (3, 4) THEN 'at_risk' WHEN r IN (1, 2) AND f IN (5) THEN 'cannot_lose' WHEN r IN (1, 2) AND f IN (1, 2) THEN 'hibernating' END AS rfm_group FROM scored
),
judged AS (
SELECT grouped.*, CASE WHEN (strpos(family, '|child|') > 0 OR strpos(family, '|child_2009|') > 0 OR strpos(family, '|child_2010|') > 0 OR strpos(family, '|child_2011|') > 0 OR strpos(family, '|child_2012|') > 0 OR strpos(family, '|child_2013|') > 0 OR strpos(family, '|child_2014|') > 0 OR strpos(family, '|child_2015|') > 0 OR strpos(family, '|child_2016|') > 0 OR strpos(family, '|child_2017|') > 0 OR strpos(family, '|child_2018|') > 0 OR strpos(family, '|child_2019|') > 0 OR strpos(family, '|child_2020|') > 0 OR strpos(family, '|child_2021|') > 0 OR strpos(family, '|child_2022|') > 0 OR strpos(family, '|child_2023|') > 0 OR strpos(family, '|child_2024|') > 0 OR strpos(family, '|child_2025|') > 0 OR strpos(family, '|child_2026|') > 0) THEN 1 ELSE 0 END AS leaf_0, CASE WHEN (strpos(interests, '|childrens_wear|') > 0 OR strpos(interests, '|education|') > 0 OR strpos(interests, '|mother_baby|') > 0 OR strpos(interests, '|toys|') > 0 OR strpos(interests, '|亲子|') > 0 OR strpos(categories, '|childrens_wear|') > 0 OR strpos(categories, '|education|') > 0 OR strpos(categories, '|mother_baby|') > 0 OR strpos(categories, '|toys|') > 0 OR strpos(categories, '|亲子|') > 0 OR strpos(brands, '|childrens_wear|') > 0 OR strpos(brands, '|education|') > 0 OR strpos(brands, '|mother_baby|') > 0 OR strpos(brands, '|toys|') > 0 OR strpos(brands, '|亲子|') > 0) THEN 1 ELSE 0 END AS leaf_1, CASE WHEN baskets_0 >= 2 THEN 1 ELSE 0 END AS leaf_2, CASE WHEN receipts_0 >= 4 THEN 1 ELSE 0 END AS leaf_3, CASE WHEN 2026 - birth_year >= 18 AND 2026 - birth_year <= 30 THEN 1 ELSE 0 END AS leaf_4, CASE WHEN (strpos(interests, '|cosmetics|') > 0 OR strpos(interests, '|fashion|') > 0 OR strpos(interests, '|menswear|') > 0 OR strpos(interests, '|shoes_bags|') > 0 OR strpos(interests, '|silk|') > 0 OR strpos(interests, '|sports|') > 0 OR strpos(interests, '|womens_wear|') > 0 OR strpos(interests, '|时尚|') > 0 OR strpos(categories, '|cosmetics|') > 0 OR strpos(categories, '|fashion|') > 0 OR strpos(categories, '|menswear|') > 0 OR strpos(categories, '|shoes_bags|') > 0 OR strpos(categories, '|silk|') > 0 OR strpos(categories, '|sports|') > 0 OR strpos(categories, '|womens_wear|') > 0 OR strpos(categories, '|时尚|') > 0 OR strpos(brands, '|cosmetics|') > 0 OR strpos(brands, '|fashion|') > 0 OR strpos(brands, '|menswear|') > 0 OR strpos(brands, '|shoes_bags|') > 0 OR strpos(brands, '|silk|') > 0 OR strpos(brands, '|sports|') > 0 OR strpos(brands, '|womens_wear|') > 0 OR strpos(brands, '|时尚|') > 0) THEN 1 ELSE 0 END AS leaf_5, CASE WHEN baskets_1 >= 50000 THEN 1 ELSE 0 END AS leaf_6, CASE WHEN receipts_1 - returns_0 >= 2000000 THEN 1 ELSE 0 END AS leaf_7, CASE WHEN member_kind IN ('company') THEN 1 ELSE 0 END AS leaf_8, CASE WHEN receipts_2 >= 4 THEN 1 ELSE 0 END AS leaf_9, CASE WHEN baskets_2 >= 1000000 THEN 1 ELSE 0 END AS leaf_10, CASE WHEN rfm_group IN ('champions') THEN 1 ELSE 0 END AS leaf_11, CASE WHEN rfm_group IN ('loyal') THEN 1 ELSE 0 END AS leaf_12, CASE WHEN rfm_group IN ('potential_loyalists') THEN 1 ELSE 0 END AS leaf_13, CASE WHEN rfm_group IN ('new_customers') THEN 1 ELSE 0 END AS leaf_14, CASE WHEN rfm_group IN ('promising') THEN 1 ELSE 0 END AS leaf_15, CASE WHEN rfm_group IN ('need_attention') THEN 1 ELSE 0 END AS leaf_16, CASE WHEN rfm_group IN ('about_to_sleep') THEN 1 ELSE 0 END AS leaf_17, CASE WHEN rfm_group IN ('at_risk') THEN 1 ELSE 0 END AS leaf_18, CASE WHEN rfm_group IN ('cannot_lose') THEN 1 ELSE 0 END AS leaf_19, CASE WHEN rfm_group IN ('hibernating') THEN 1 ELSE 0 END AS leaf_20, CASE WHEN stage IN ('potential') THEN 1 ELSE 0 END AS leaf_21, CASE WHEN stage IN ('new') THEN 1 ELSE 0 END AS leaf_22, CASE WHEN stage IN ('active') THEN 1 ELSE 0 END AS leaf_23, CASE WHEN stage IN ('dormant') THEN 1 ELSE 0 END AS leaf_24, CASE WHEN stage IN ('lost') THEN 1 ELSE 0 END AS leaf_25, CASE WHEN m IN (5) THEN 1 ELSE 0 END AS leaf_26, CASE WHEN m IN (2, 3, 4) THEN 1 ELSE 0 END AS leaf_27, CASE WHEN m IN (1) THEN 1 ELSE 0 END AS leaf_28 FROM grouped
),
named AS (
SELECT member_id, trim(CASE WHEN ((leaf_0 = 1 OR leaf_1 = 1 OR leaf_2 = 1) AND leaf_3 = 1) THEN ' 0' ELSE '' END || CASE WHEN (leaf_4 = 1 AND (leaf_5 = 1 OR leaf_6 = 1)) THEN ' 1' ELSE '' END || CASE WHEN (leaf_7 = 1 AND (leaf_8 = 1 OR leaf_9 = 1 OR leaf_10 = 1)) THEN ' 2' ELSE '' END || CASE WHEN leaf_11 = 1 THEN ' 3' ELSE '' END || CASE WHEN leaf_12 = 1 THEN ' 4' ELSE '' END || CASE WHEN leaf_13 = 1 THEN ' 5' ELSE '' END || CASE WHEN leaf_14 = 1 THEN ' 6' ELSE '' END || CASE WHEN leaf_15 = 1 THEN ' 7' ELSE '' END || CASE WHEN leaf_16 = 1 THEN ' 8' ELSE '' END || CASE WHEN leaf_17 = 1 THEN ' 9' ELSE '' END || CASE WHEN leaf_18 = 1 THEN ' 10' ELSE '' END || CASE WHEN leaf_19 = 1 THEN ' 11' ELSE '' END || CASE WHEN leaf_20 = 1 THEN ' 12' ELSE '' END || CASE WHEN leaf_21 = 1 THEN ' 13' ELSE '' END || CASE WHEN leaf_22 = 1 THEN ' 14' ELSE '' END || CASE WHEN leaf_23 = 1 THEN ' 15' ELSE '' END || CASE WHEN leaf_24 = 1 THEN ' 16' ELSE '' END || CASE WHEN leaf_25 = 1 THEN ' 17' ELSE '' END || CASE WHEN leaf_26 = 1 THEN ' 18' ELSE '' END || CASE WHEN leaf_27 = 1 THEN ' 19' ELSE '' END || CASE WHEN leaf_28 = 1 THEN ' 20' ELSE '' END) AS segments FROM judged
)
SELECT member_id, segments FROM named WHERE segments <> '' ORDER BY member_id
