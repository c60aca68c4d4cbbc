-- What an interaction counts towards how popular its item is lately: see
-- core/items/recent_popularity.h.
CREATE FUNCTION recommend.forward_decayed(type smallint, interaction_time timestamptz)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (CASE type WHEN 1 THEN 0.1 WHEN 2 THEN 0.3 WHEN 3 THEN 1 WHEN 4 THEN -1 ELSE 0 END)
    ::double precision * power(2::double precision, greatest(-1000, least(1000,
      extract(epoch FROM interaction_time - timestamptz '2035-01-01 00:00:00+00')
        ::double precision / 1209600)))
$$;

ALTER TABLE recommend.item_counts ADD COLUMN recent double precision NOT NULL DEFAULT 0;

UPDATE recommend.item_counts c SET recent = s.recent
FROM (
  SELECT item_id, sum(recent) AS recent FROM (
    SELECT item_id, recommend.forward_decayed(type, event_time) AS recent
    FROM recommend.interactions WHERE type <= 4
    UNION ALL
    SELECT item_id, recommend.forward_decayed(type, interaction_time)
    FROM recommend.anonymous_interactions
  ) each GROUP BY item_id
) s WHERE c.item_id = s.item_id;
