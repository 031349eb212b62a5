-- Invitations (offered, invited, reminded, expired) and answers (answered), these one row a scale.
-- One row for each event_id, score_no, however often it arrived (ADR 0905).
-- event_id string: The event the row was made from.
-- score_no bigint: The scale's number in its answer, from 1; 0 where there is none.
-- member_id string: The member's random id.
-- what string: What happened. Open vocabulary, see the table.
-- series_id string: The survey through all its versions.
-- survey_id string: The version asked.
-- channel string: Where: till, import, app, counter, ... Open vocabulary.
-- tier string: The tier's code held at that moment, before what happened; null: not known.
-- tenant_id string: The tenant.
-- biz_date date: The mall-local day it happened.
-- biz_hour bigint: The mall-local hour it happened, 0 to 23.
-- dimension string: What the scale is about: ease, usefulness, service, recommendation, ...
-- score bigint: What was answered, 1 to 10 (recommendation: 0 to 10).
SELECT
    event_id,
    score_no,
    min(member_id) AS member_id,
    min(what) AS what,
    min(series_id) AS series_id,
    min(survey_id) AS survey_id,
    min(channel) AS channel,
    min(tier) AS tier,
    min(tenant_id) AS tenant_id,
    biz_date,
    min(biz_hour) AS biz_hour,
    min(dimension) AS dimension,
    min(score) AS score
FROM surveys_v1
GROUP BY event_id, score_no, biz_date
