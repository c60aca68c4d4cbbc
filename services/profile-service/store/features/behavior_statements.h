#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_STATEMENTS_H_

#include "common/postgres/statement.h"

// Of behavior_sums_table.cc.
namespace clientele::profile::statements {

using postgres::Statement;

// NULL members are in profile.behavior_members. The number of events is NULL while the sums are not
// complete.
inline constexpr Statement kLockBehaviors{
    "profile.lock_behaviors",
    "SELECT customer_id, members, CASE WHEN affinity_half_life IS DISTINCT FROM 0 THEN views + "
    "searches + carts + purchases + returns + messages + social_posts + ratings + device_events + "
    "rapid_events END FROM profile.behavior WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

// Members that are new are counted by their inserts. A weight moves to the newer of two times as
// DecayingSum does; PostgreSQL refuses an underflow, so that what has decayed for 200 half-lives
// is nothing.
inline constexpr Statement kAddBehavior{
    "profile.upsert_behavior",
    "WITH new_members AS (INSERT INTO profile.behavior_members (customer_id, member) "
    "SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING "
    "RETURNING customer_id, left(member, 1) AS kind), "
    "fresh AS (SELECT customer_id, count(*) FILTER (WHERE kind = 'd') AS active_days, "
    "count(*) FILTER (WHERE kind = 'p') AS purchase_days, "
    "count(*) FILTER (WHERE kind = 'i') AS items FROM new_members GROUP BY customer_id), "
    "sums AS (INSERT INTO profile.behavior AS b (customer_id, affinity_half_life, views, searches, "
    "carts, purchases, returns, messages, social_posts, ratings, device_events, first_event_time, "
    "last_event_time, last_purchase_time, weekend_events, night_events, rating_sum, rating_count, "
    "active_days, purchase_days, items, members, campaigns_sent, campaigns_opened, "
    "campaigns_clicked, campaigns_unsubscribed, coupons_issued, coupons_redeemed, "
    "distinct_campaigns, distinct_opened, distinct_clicked, robot_events, rapid_events, "
    "first_campaign_micros, last_response_micros) "
    "SELECT t.customer_id, 0, t.counts[1], t.counts[2], t.counts[3], t.counts[4], t.counts[5], "
    "t.counts[6], t.counts[7], t.counts[8], t.counts[9], t.first, t.last, t.last_purchase, "
    "t.weekend, t.night, t.rating_sum, t.rating_count, "
    "t.active_days + coalesce(f.active_days, 0), "
    "t.purchase_days + coalesce(f.purchase_days, 0), t.items + coalesce(f.items, 0), t.members, "
    "t.counts[10], t.counts[11], t.counts[12], t.counts[13], t.counts[14], t.counts[15], "
    "t.counts[16], t.counts[17], t.counts[18], t.counts[19], t.counts[20], "
    "nullif(t.counts[21], 0), nullif(t.counts[22], 0) "
    "FROM (SELECT customer_id, string_to_array(counts, ' ')::bigint[] AS counts, first, last, "
    "last_purchase, weekend, night, rating_sum, rating_count, active_days, purchase_days, items, "
    "members, position FROM unnest($14::text[], $15::text[], $16::timestamptz[], "
    "$17::timestamptz[], "
    "$18::timestamptz[], $19::bigint[], $20::bigint[], $21::double precision[], $22::bigint[], "
    "$3::bigint[], $24::bigint[], $25::bigint[], $26::text[]) "
    "WITH ORDINALITY AS given(customer_id, counts, first, last, last_purchase, weekend, night, "
    "rating_sum, rating_count, active_days, purchase_days, items, members, position)) AS t LEFT "
    "JOIN fresh AS f USING (customer_id) "
    "ORDER BY t.position "
    "ON CONFLICT (customer_id) DO UPDATE SET "
    "affinity_half_life = CASE WHEN b.affinity_half_life IS NULL OR b.affinity_half_life = "
    "$23::double precision THEN $23::double precision ELSE 0 END, "
    "views = b.views + excluded.views, searches = b.searches + excluded.searches, "
    "carts = b.carts + excluded.carts, purchases = b.purchases + excluded.purchases, "
    "returns = b.returns + excluded.returns, messages = b.messages + excluded.messages, "
    "social_posts = b.social_posts + excluded.social_posts, "
    "ratings = b.ratings + excluded.ratings, "
    "device_events = b.device_events + excluded.device_events, "
    "first_event_time = least(b.first_event_time, excluded.first_event_time), "
    "last_event_time = greatest(b.last_event_time, excluded.last_event_time), "
    "last_purchase_time = greatest(b.last_purchase_time, excluded.last_purchase_time), "
    "active_days = b.active_days + excluded.active_days, "
    "purchase_days = b.purchase_days + excluded.purchase_days, "
    "weekend_events = b.weekend_events + excluded.weekend_events, "
    "night_events = b.night_events + excluded.night_events, items = b.items + excluded.items, "
    "rating_sum = b.rating_sum + excluded.rating_sum, "
    "rating_count = b.rating_count + excluded.rating_count, members = excluded.members, "
    "campaigns_sent = b.campaigns_sent + excluded.campaigns_sent, "
    "campaigns_opened = b.campaigns_opened + excluded.campaigns_opened, "
    "campaigns_clicked = b.campaigns_clicked + excluded.campaigns_clicked, "
    "campaigns_unsubscribed = b.campaigns_unsubscribed + excluded.campaigns_unsubscribed, "
    "coupons_issued = b.coupons_issued + excluded.coupons_issued, "
    "coupons_redeemed = b.coupons_redeemed + excluded.coupons_redeemed, "
    "distinct_campaigns = b.distinct_campaigns + excluded.distinct_campaigns, "
    "distinct_opened = b.distinct_opened + excluded.distinct_opened, "
    "distinct_clicked = b.distinct_clicked + excluded.distinct_clicked, "
    "robot_events = b.robot_events + excluded.robot_events, "
    "rapid_events = b.rapid_events + excluded.rapid_events, "
    "first_campaign_micros = least(b.first_campaign_micros, excluded.first_campaign_micros), "
    "last_response_micros = greatest(b.last_response_micros, excluded.last_response_micros)) "
    "INSERT INTO profile.behavior_keys AS k (customer_id, kind, key, events, weight, "
    "weight_micros, purchase_count, return_count, purchase_amount_micros, return_amount_micros) "
    "SELECT * FROM unnest($4::text[], $5::smallint[], $6::text[], $7::bigint[], "
    "$8::double precision[], $9::bigint[], $10::bigint[], $11::bigint[], $12::numeric[], "
    "$13::numeric[]) "
    "ON CONFLICT (customer_id, kind, key) DO UPDATE SET events = k.events + excluded.events, "
    "weight = CASE WHEN excluded.weight = 0 THEN k.weight WHEN k.weight = 0 THEN excluded.weight "
    "WHEN k.weight_micros <= excluded.weight_micros THEN excluded.weight + "
    "CASE WHEN excluded.weight_micros - k.weight_micros > 200e6 * $23::double precision "
    "OR abs(k.weight) < 1e-100 THEN 0 ELSE k.weight * power(2::double precision, "
    "(k.weight_micros - excluded.weight_micros) / (1e6 * $23::double precision)) END "
    "ELSE k.weight + CASE WHEN k.weight_micros - excluded.weight_micros > "
    "200e6 * $23::double precision OR abs(excluded.weight) < 1e-100 THEN 0 "
    "ELSE excluded.weight * power(2::double precision, "
    "(excluded.weight_micros - k.weight_micros) / (1e6 * $23::double precision)) END END, "
    "weight_micros = CASE WHEN excluded.weight = 0 THEN k.weight_micros "
    "WHEN k.weight = 0 THEN excluded.weight_micros "
    "ELSE greatest(k.weight_micros, excluded.weight_micros) END, "
    "purchase_count = k.purchase_count + excluded.purchase_count, "
    "return_count = k.return_count + excluded.return_count, "
    "purchase_amount_micros = k.purchase_amount_micros + excluded.purchase_amount_micros, "
    "return_amount_micros = k.return_amount_micros + excluded.return_amount_micros"};

// Rows of customers, whose last nine columns are NULL, and then of their keys of the kinds $2,
// whose others are but the customer: one statement, and so one moment. Sums of amounts are numeric,
// so they are exact; the largest bigint stands for more.
// The LIMITs, which leave nothing out, have PostgreSQL expect one customer. It expects ten of an
// array that it does not know, finds that dearer than the plan for the one that it is given, and so
// would plan again at each call, which takes longer than the reading.
inline constexpr Statement kReadBehavior{
    "profile.get_behavior",
    "SELECT CASE WHEN b.customer_id IS NULL THEN 0 ELSE b.affinity_half_life END, b.views, "
    "b.searches, b.carts, b.purchases, b.returns, "
    "b.messages, b.social_posts, b.ratings, b.device_events, b.first_event_time, "
    "b.last_event_time, b.last_purchase_time, b.active_days, b.purchase_days, b.weekend_events, "
    "b.night_events, b.items, b.rating_sum, b.rating_count, "
    "b.campaigns_sent, b.campaigns_opened, b.campaigns_clicked, b.campaigns_unsubscribed, "
    "b.coupons_issued, b.coupons_redeemed, b.distinct_campaigns, b.distinct_opened, "
    "b.distinct_clicked, b.robot_events, b.rapid_events, b.first_campaign_micros, "
    "b.last_response_micros, c.consents, c.survivor_id, c.merged_count, c.customer_id, "
    "NULL AS kind, NULL AS key, NULL, NULL, NULL, NULL, NULL, NULL, NULL "
    "FROM (SELECT id FROM unnest($1::text[]) AS given(id) LIMIT cardinality($1::text[])) AS asked "
    "JOIN profile.customers AS c ON c.customer_id = asked.id "
    "LEFT JOIN profile.behavior AS b ON b.customer_id = c.customer_id "
    "WHERE c.deleted_time IS NULL "
    "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, customer_id, "
    "kind, key, events, weight, weight_micros, purchase_count, return_count, "
    "least(purchase_amount_micros, 9223372036854775807)::bigint, "
    "least(return_amount_micros, 9223372036854775807)::bigint "
    "FROM (SELECT id FROM unnest($1::text[]) AS given(id) LIMIT cardinality($1::text[])) AS asked "
    "JOIN profile.behavior_keys ON customer_id = asked.id AND kind = ANY($2::smallint[]) "
    "ORDER BY kind NULLS FIRST, key"};

// What each of several persons counts once; $1 are customers, $2 the numbers of their persons.
inline constexpr Statement kCountDistinct{
    "profile.count_distinct_behavior_members",
    "WITH asked AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS t(customer_id, person)) "
    "SELECT person, left(member, 1), count(DISTINCT member) FROM ("
    "SELECT a.person, m.member FROM asked AS a JOIN profile.behavior_members AS m USING "
    "(customer_id) UNION ALL SELECT a.person, unnest(string_to_array(b.members, ' ')) "
    "FROM asked AS a JOIN profile.behavior AS b USING (customer_id) WHERE b.members <> ''"
    ") AS listed GROUP BY person, left(member, 1)"};

inline constexpr Statement kReadEvents{
    "profile.list_events_to_sum",
    "SELECT event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source, campaign_id, coupon_id, left_out "
    "FROM profile.events WHERE customer_id = $1 "
    "AND (event_time, event_id) < ($2::timestamptz, $3::text) "
    "ORDER BY event_time DESC, event_id DESC LIMIT $4"};

inline constexpr Statement kLockSummedCustomer{
    "profile.lock_behavior_customer",
    "SELECT 1 FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL "
    "FOR KEY SHARE"};

inline constexpr Statement kLockSums{
    "profile.lock_behavior",
    "SELECT affinity_half_life FROM profile.behavior WHERE customer_id = $1 "
    "FOR NO KEY UPDATE SKIP LOCKED"};

inline constexpr Statement kDropKeys{"profile.delete_behavior_keys",
                                     "DELETE FROM profile.behavior_keys WHERE customer_id = $1"};

inline constexpr Statement kDropMembers{
    "profile.delete_behavior_members",
    "DELETE FROM profile.behavior_members WHERE customer_id = $1"};

inline constexpr Statement kReset{
    "profile.update_behavior_to_none",
    "UPDATE profile.behavior SET affinity_half_life = NULL, views = 0, searches = 0, carts = 0, "
    "purchases = 0, returns = 0, messages = 0, social_posts = 0, ratings = 0, device_events = 0, "
    "first_event_time = NULL, last_event_time = NULL, last_purchase_time = NULL, active_days = 0, "
    "purchase_days = 0, weekend_events = 0, night_events = 0, items = 0, rating_sum = 0, "
    "rating_count = 0, members = '', campaigns_sent = 0, campaigns_opened = 0, "
    "campaigns_clicked = 0, campaigns_unsubscribed = 0, coupons_issued = 0, coupons_redeemed = 0, "
    "distinct_campaigns = 0, distinct_opened = 0, distinct_clicked = 0, robot_events = 0, "
    "rapid_events = 0, first_campaign_micros = NULL, last_response_micros = NULL "
    "WHERE customer_id = $1"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_STATEMENTS_H_
