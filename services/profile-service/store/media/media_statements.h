#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_STATEMENTS_H_

// SQL of pg_media_store.cc.

#include "common/postgres/statement.h"

namespace clientele::profile::statements {

using postgres::Statement;

// Keeps the customer from being deleted, and from deciding otherwise, until the end.
inline constexpr Statement kLockMediaCustomer{
    "profile.lock_media_customer",
    "SELECT consents FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL "
    "FOR KEY SHARE"};

// Those who upload for one customer wait for each other, so that its limits hold.
inline constexpr Statement kLockMediaOfCustomer{
    "profile.lock_customer_media",
    "SELECT pg_advisory_xact_lock(hashtextextended('profile.media:' || $1::text, 0))"};

inline constexpr Statement kMediaConsents{
    "profile.get_media_consents",
    "SELECT consents FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL"};

inline constexpr Statement kContentOf{
    "profile.get_media_content",
    "SELECT content_index FROM profile.media WHERE customer_id = $1 AND media_id = $2"};

inline constexpr Statement kMediaUse{
    "profile.get_media_use",
    "SELECT count(*), coalesce(sum(byte_count) FILTER (WHERE keep), 0)::bigint "
    "FROM profile.media WHERE customer_id = $1"};

inline constexpr Statement kPendingUse{
    "profile.get_pending_media_use",
    "SELECT coalesce(sum(byte_count), 0)::bigint FROM profile.pending_media"};

inline constexpr Statement kInsertMedia{
    "profile.insert_media",
    "INSERT INTO profile.media (customer_id, media_id, content_index, format, "
    "byte_count, width, height, capture_time, upload_time, keep, state, duration_micros, "
    "frame_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12)"};

inline constexpr Statement kInsertPieces{
    "profile.insert_media_pieces",
    "INSERT INTO profile.media_pieces (customer_id, media_id, piece, content) "
    "SELECT $1, $2, piece, content FROM unnest($3::integer[], $4::bytea[]) AS t(piece, content)"};

inline constexpr Statement kInsertPendingMedia{
    "profile.insert_pending_media",
    "INSERT INTO profile.pending_media (customer_id, media_id, byte_count) VALUES ($1, $2, $3)"};

inline constexpr Statement kGetMedia{
    "profile.get_media",
    "SELECT customer_id, media_id, format, byte_count, width, height, capture_time, upload_time, "
    "keep, state, failure, duration_micros, frame_count FROM profile.media WHERE customer_id = $1 "
    "AND media_id = $2"};

// The newest of each member, then of all.
// About the LIMIT of the members: see kReadBehavior.
inline constexpr Statement kListMedia{
    "profile.list_media",
    "SELECT m.customer_id, m.media_id, m.format, m.byte_count, m.width, m.height, m.capture_time, "
    "m.upload_time, m.keep, m.state, m.failure, m.duration_micros, m.frame_count FROM "
    "(SELECT id FROM unnest($1::text[]) AS given(id) LIMIT cardinality($1::text[])) AS member "
    "CROSS JOIN LATERAL (SELECT * FROM profile.media WHERE customer_id = member.id "
    "AND (capture_time, media_id, customer_id) < ($2::timestamptz, $3::text COLLATE \"C\", "
    "$4::text COLLATE \"C\") ORDER BY capture_time DESC, media_id DESC LIMIT $5) AS m "
    "ORDER BY m.capture_time DESC, m.media_id DESC, m.customer_id DESC LIMIT $5"};

inline constexpr Statement kListSightings{
    "profile.list_sightings",
    "SELECT s.customer_id, s.media_id, s.model_id, s.kind, s.objects, s.vector, s.see_time "
    "FROM unnest($1::text[], $2::text[]) AS t(customer_id, media_id) "
    "JOIN profile.media_sightings AS s USING (customer_id, media_id) "
    "ORDER BY s.customer_id, s.media_id, s.kind"};

inline constexpr Statement kDeleteMedia{
    "profile.delete_media",
    "DELETE FROM profile.media WHERE customer_id = $1 AND media_id = $2 RETURNING media_id"};

inline constexpr Statement kTakePictures{
    "profile.claim_pending_media",
    "WITH taken AS (UPDATE profile.pending_media SET lease_expire_time = $3 "
    "WHERE ctid = ANY (ARRAY(SELECT ctid FROM profile.pending_media WHERE lease_expire_time <= $2 "
    "ORDER BY customer_id, media_id LIMIT $1 FOR UPDATE SKIP LOCKED)) "
    "RETURNING customer_id, media_id, attempts) "
    "SELECT t.customer_id, t.media_id, t.attempts, c.consents, ARRAY(SELECT model_id "
    "FROM profile.media_sightings AS s WHERE s.customer_id = t.customer_id "
    "AND s.media_id = t.media_id ORDER BY model_id) FROM taken AS t "
    "JOIN profile.customers AS c USING (customer_id) ORDER BY t.customer_id, t.media_id"};

inline constexpr Statement kListPieces{
    "profile.list_media_pieces",
    "SELECT piece, content FROM profile.media_pieces WHERE customer_id = $1 AND media_id = $2 "
    "ORDER BY piece"};

inline constexpr Statement kPutSighting{
    "profile.insert_sighting",
    "INSERT INTO profile.media_sightings AS s (customer_id, media_id, model_id, kind, objects, "
    "vector, see_time) SELECT customer_id, media_id, $3, $4, $5, $6, $7 FROM profile.media "
    "WHERE customer_id = $1 AND media_id = $2 FOR KEY SHARE "
    "ON CONFLICT (customer_id, media_id, model_id) DO UPDATE SET objects = excluded.objects, "
    "vector = excluded.vector, see_time = excluded.see_time"};

inline constexpr Statement kDropOlderSightings{
    "profile.delete_older_sightings",
    "DELETE FROM profile.media_sightings WHERE customer_id = $1 AND media_id = $2 AND kind = $4 "
    "AND model_id <> $3"};

inline constexpr Statement kSettlePicture{
    "profile.update_media_seen",
    "WITH waited AS (DELETE FROM profile.pending_media WHERE customer_id = $1 AND media_id = $2), "
    "bytes AS (DELETE FROM profile.media_pieces WHERE customer_id = $1 AND media_id = $2 "
    "AND NOT (SELECT keep FROM profile.media WHERE customer_id = $1 AND media_id = $2)) "
    "UPDATE profile.media SET state = $3, failure = $4 WHERE customer_id = $1 AND media_id = $2"};

inline constexpr Statement kDeferPicture{
    "profile.update_pending_media",
    "UPDATE profile.pending_media SET lease_expire_time = $3, attempts = $4 "
    "WHERE customer_id = $1 AND media_id = $2"};

inline constexpr Statement kAwaitKept{
    "profile.insert_kept_pending_media",
    "WITH unseen AS (SELECT m.customer_id, m.media_id, m.byte_count FROM profile.media AS m "
    "WHERE m.keep AND m.state = 2 AND EXISTS (SELECT FROM unnest($1::text[]) AS wanted(model_id) "
    "WHERE NOT EXISTS (SELECT FROM profile.media_sightings AS s WHERE s.customer_id = "
    "m.customer_id AND s.media_id = m.media_id AND s.model_id = wanted.model_id)) "
    "ORDER BY m.customer_id, m.media_id LIMIT $2 FOR UPDATE SKIP LOCKED), "
    "waits AS (UPDATE profile.media AS m SET state = 1 FROM unseen "
    "WHERE m.customer_id = unseen.customer_id AND m.media_id = unseen.media_id) "
    "INSERT INTO profile.pending_media (customer_id, media_id, byte_count) "
    "SELECT customer_id, media_id, byte_count FROM unseen ON CONFLICT DO NOTHING"};

inline constexpr Statement kDropOldMedia{
    "profile.delete_old_media",
    "DELETE FROM profile.media WHERE ctid = ANY (ARRAY(SELECT ctid FROM profile.media "
    "WHERE upload_time < $1 ORDER BY upload_time LIMIT $2 FOR UPDATE SKIP LOCKED))"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_STATEMENTS_H_
