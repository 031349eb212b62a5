-- Members as they stand now: one row each. Erased members and those nobody enrolled are left out.
-- Whoever asks about persons leaves out profiling = 'refused', or all but 'granted' where the mall says so.
-- member_id string: The member's random id.
-- joined_on date: The mall-local day the membership began.
-- channel string: Where they enrolled.
-- member_kind string: person, company.
-- status string: The membership's status.
-- tier string: The tier's code; null: it never changed (see balances for the one held after a movement).
-- profiling string: granted, refused, unsaid.
-- birth_year bigint: The year of birth; null: not known.
-- interests string: Words between bars, such as |fashion|dining|.
-- categories string: Preferred categories, between bars.
-- brands string: Preferred brands, between bars.
-- family string: Relatives who agreed, between bars, such as |child_2019|spouse|.
SELECT
    member_id,
    max(CASE WHEN what = 'enrolled' THEN biz_date END) AS joined_on,
    max(CASE WHEN what = 'enrolled' THEN channel END) AS channel,
    max(CASE WHEN what = 'enrolled' THEN member_kind END) AS member_kind,
    coalesce(
        max(CASE WHEN what = 'status' THEN status END),
        max(CASE WHEN what = 'enrolled' THEN status END)
    ) AS status,
    coalesce(
        max(CASE WHEN what = 'tier' THEN tier END),
        max(CASE WHEN what = 'enrolled' THEN tier END)
    ) AS tier,
    coalesce(max(CASE WHEN what = 'profiled' THEN profiling END), 'unsaid') AS profiling,
    max(CASE WHEN what = 'profiled' THEN birth_year END) AS birth_year,
    max(CASE WHEN what = 'profiled' THEN interests END) AS interests,
    max(CASE WHEN what = 'profiled' THEN categories END) AS categories,
    max(CASE WHEN what = 'profiled' THEN brands END) AS brands,
    max(CASE WHEN what = 'profiled' THEN family END) AS family
FROM standing
WHERE followed_on IS NULL
GROUP BY member_id
HAVING max(CASE WHEN what = 'enrolled' THEN 1 ELSE 0 END) = 1
    AND max(CASE WHEN what = 'erased' THEN 1 ELSE 0 END) = 0
