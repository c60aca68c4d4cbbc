#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_FEED_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_FEED_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::profile::statements {

using postgres::Statement;

inline constexpr Statement kFeedState{
    "profile.get_feed_state",
    "SELECT epoch, greatest(compacted_seq, (SELECT coalesce(max(seq), 0) FROM profile.changes)), "
    "compacted_seq FROM profile.feed"};

// The LIMIT in the lateral query keeps the plan at one key look-up for each
// change, also where the planner does not know how small the page is.
inline constexpr Statement kReadChanges{
    "profile.list_changes",
    "SELECT c.seq, c.kind, c.customer_id, c.change_time, e.event_id, e.type, e.event_time, "
    "e.item_id, e.category, e.quantity, e.amount_micros, e.currency_code, e.channel, e.device, "
    "e.rating, e.source, e.campaign_id, e.coupon_id, e.left_out, "
    "CASE WHEN $3::boolean THEN e.text END, c.sealed_customer_id, "
    "CASE WHEN c.kind = 4 THEN (SELECT consents FROM profile.customers "
    "WHERE customers.customer_id = c.customer_id) END, "
    "CASE WHEN c.kind = 5 THEN (SELECT survivor_id FROM profile.customers "
    "WHERE customers.customer_id = c.customer_id) END, "
    "CASE WHEN c.kind IN (6, 7) THEN c.event_id END, c.expired_type, c.expired_before "
    "FROM (SELECT * FROM profile.changes WHERE seq > $1 ORDER BY seq LIMIT $2) AS c "
    "LEFT JOIN LATERAL (SELECT * FROM profile.events WHERE events.customer_id = c.customer_id "
    "AND events.event_id = c.event_id LIMIT 1) AS e ON true ORDER BY c.seq"};

inline constexpr Statement kChangeTime{"profile.get_change_time",
                                       "SELECT change_time FROM profile.changes WHERE seq = $1"};

inline constexpr Statement kSnapshotCustomers{"profile.list_snapshot_customers",
                                              "SELECT customer_id, consents, survivor_id "
                                              "FROM profile.customers "
                                              "WHERE customer_id > $1 AND deleted_time IS NULL "
                                              "ORDER BY customer_id LIMIT $2"};

inline constexpr Statement kSnapshotEvents{
    "profile.list_snapshot_events",
    "SELECT customer_id, event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source, campaign_id, coupon_id, left_out, "
    "CASE WHEN $4::boolean THEN text END "
    "FROM profile.events WHERE (customer_id, event_id) > ($1::text, $2::text) "
    "ORDER BY customer_id, event_id LIMIT $3"};

inline constexpr Statement kAcknowledge{
    "profile.upsert_feed_follower",
    "INSERT INTO profile.feed_followers (follower, epoch, acknowledged_seq, seen_time) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (follower) DO UPDATE SET epoch = excluded.epoch, "
    "acknowledged_seq = excluded.acknowledged_seq, seen_time = excluded.seen_time"};

inline constexpr Statement kRenewEpoch{
    "profile.update_feed_epoch",
    "UPDATE profile.feed SET epoch = gen_random_uuid()::text WHERE epoch = $1"};

inline constexpr Statement kBeginEpoch{"profile.renew_feed_epoch",
                                       "UPDATE profile.feed SET epoch = gen_random_uuid()::text"};

inline constexpr Statement kForgetFollowers{
    "profile.delete_feed_followers", "DELETE FROM profile.feed_followers WHERE seen_time < $1"};

// Numbers follow times, but for clocks that differ between replicas: nothing behind a change that
// is too young goes.
inline constexpr Statement kCompact{
    "profile.prune_changes",
    "WITH acknowledged AS ("
    "  SELECT coalesce(min(acknowledged_seq), 9223372036854775807) AS seq "
    "  FROM profile.feed_followers JOIN profile.feed USING (epoch)"
    "), oldest AS ("
    "  SELECT seq, change_time FROM profile.changes "
    "  WHERE seq <= (SELECT seq FROM acknowledged) ORDER BY seq LIMIT $2"
    "), through AS ("
    "  SELECT max(seq) AS seq FROM oldest WHERE seq < coalesce("
    "    (SELECT min(seq) FROM oldest WHERE change_time >= $1), 9223372036854775807)"
    "), deleted AS ("
    "  DELETE FROM profile.changes WHERE seq <= (SELECT seq FROM through) RETURNING seq"
    "), noted AS ("
    "  UPDATE profile.feed SET compacted_seq = greatest(compacted_seq, through.seq) FROM through "
    "  WHERE through.seq IS NOT NULL"
    ") SELECT count(*) FROM deleted"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_FEED_STATEMENTS_H_
