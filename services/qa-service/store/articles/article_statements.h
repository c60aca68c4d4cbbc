#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Mutations are serialized, so that the order of commits is that of revisions.
inline constexpr Statement kLockRevision{"qa.lock_article_revisions",
                                         "SELECT pg_advisory_xact_lock(7131, 1)"};
// $1: how many revisions are taken. The last of them.
inline constexpr Statement kTakeRevisions{
    "qa.reserve_article_revisions",
    "UPDATE qa.revision SET value = value + $1::bigint RETURNING value"};

inline constexpr Statement kInsertArticle{
    "qa.insert_article",
    "INSERT INTO qa.articles (article_id, title, body, language_code, uri, questions, create_time,"
    " update_time, revision, valid_from, valid_until, audiences, tags)"
    " VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11, $12::text[], $13::text[])"
    " ON CONFLICT (article_id) DO NOTHING"};

inline constexpr Statement kFindIds{
    "qa.find_article_ids",
    "SELECT article_id FROM qa.articles WHERE article_id = ANY ($1::text[])"};

// $6, $11 and $12: each article's questions, audiences and tags as a JSON array, for arrays of
// arrays must be rectangular.
inline constexpr Statement kInsertArticles{
    "qa.insert_articles",
    "INSERT INTO qa.articles (article_id, title, body, language_code, uri, questions, create_time,"
    " update_time, revision, valid_from, valid_until, audiences, tags)"
    " SELECT n.article_id, n.title, n.body, n.language_code, n.uri,"
    " ARRAY(SELECT q.question FROM jsonb_array_elements_text(n.questions::jsonb)"
    " WITH ORDINALITY AS q (question, position) ORDER BY q.position),"
    " $7::timestamptz, $7::timestamptz, n.revision, n.valid_from, n.valid_until,"
    " ARRAY(SELECT a.audience FROM jsonb_array_elements_text(n.audiences::jsonb)"
    " WITH ORDINALITY AS a (audience, position) ORDER BY a.position),"
    " ARRAY(SELECT t.tag FROM jsonb_array_elements_text(n.tags::jsonb)"
    " WITH ORDINALITY AS t (tag, position) ORDER BY t.position)"
    " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    " $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])"
    " AS n (article_id, title, body, language_code, uri, questions, revision, valid_from,"
    " valid_until, audiences, tags)"};

inline constexpr Statement kGetArticle{
    "qa.get_article",
    "SELECT article_id, title, body, language_code, uri, questions, create_time, update_time,"
    " revision, valid_from, valid_until, audiences, tags FROM qa.articles WHERE article_id = $1"};

inline constexpr Statement kLockArticle{
    "qa.lock_article",
    "SELECT article_id, title, body, language_code, uri, questions, create_time, update_time,"
    " revision, valid_from, valid_until, audiences, tags FROM qa.articles WHERE article_id = $1 "
    "FOR UPDATE"};

// $1: behind this id. $2: rows. $3: bytes of texts. The last column: whether rows
// were left out or stand behind them.
inline constexpr Statement kListArticles{
    "qa.list_articles",
    "WITH page AS (SELECT *, sum(octet_length(body)"
    " + octet_length(array_to_string(questions, ''))) OVER (ORDER BY article_id) AS bytes,"
    " row_number() OVER (ORDER BY article_id) AS position"
    " FROM (SELECT * FROM qa.articles WHERE article_id > $1 ORDER BY article_id"
    " LIMIT $2::bigint + 1) AS rows)"
    " SELECT article_id, title, body, language_code, uri, questions, create_time, update_time,"
    " revision, valid_from, valid_until, audiences, tags, (SELECT count(*) FROM page)"
    " FROM page WHERE position <= $2::bigint AND (position = 1 OR bytes <= $3::bigint)"
    " ORDER BY article_id"};

inline constexpr Statement kDropEmbeddings{"qa.delete_embeddings",
                                           "DELETE FROM qa.embeddings WHERE revision = $1"};

inline constexpr Statement kUpdateArticle{
    "qa.update_article",
    "UPDATE qa.articles SET title = $2, body = $3, language_code = $4, uri = $5,"
    " questions = $6::text[], update_time = $7, revision = $8, valid_from = $9, valid_until = $10,"
    " audiences = $11::text[], tags = $12::text[] WHERE article_id = $1"};

inline constexpr Statement kDeleteArticle{"qa.delete_article",
                                          "DELETE FROM qa.articles WHERE article_id = $1"};

inline constexpr Statement kInsertTombstone{
    "qa.insert_article_tombstone",
    "INSERT INTO qa.tombstones (revision, article_id, delete_time) VALUES ($1, $2, $3)"};

inline constexpr Statement kChangesAfter{
    "qa.list_article_changes",
    "SELECT revision, article_id, deleted FROM ("
    " (SELECT revision, article_id, false AS deleted FROM qa.articles WHERE revision > $1"
    " ORDER BY revision LIMIT $2::bigint)"
    " UNION ALL"
    " (SELECT revision, article_id, true AS deleted FROM qa.tombstones WHERE revision > $1"
    " ORDER BY revision LIMIT $2::bigint)"
    " ) AS changes ORDER BY revision LIMIT $2::bigint"};

inline constexpr Statement kLoadArticles{
    "qa.load_articles",
    "SELECT article_id, title, body, language_code, uri, questions, create_time, update_time,"
    " revision, valid_from, valid_until, audiences, tags FROM qa.articles WHERE article_id = ANY "
    "($1::text[])"};

inline constexpr Statement kPruneTombstones{"qa.prune_article_tombstones",
                                            "DELETE FROM qa.tombstones WHERE delete_time < $1"};

// $2: revisions, from $3 to $4: a start asks for neighbors, which a range of the indexes
// finds without reading the whole tables.
inline constexpr Statement kMeasureEmbeddings{
    "qa.list_embedding_sizes",
    "SELECT e.revision, octet_length(e.vectors) + octet_length(a.body)"
    " FROM qa.embeddings AS e JOIN qa.articles AS a ON a.revision = e.revision"
    " WHERE e.encoder = $1 AND e.revision = ANY ($2::bigint[])"
    " AND e.revision BETWEEN $3 AND $4 AND a.revision BETWEEN $3 AND $4 ORDER BY e.revision"};

// $2 and $3: revisions from the one to the other.
inline constexpr Statement kFindEmbeddings{
    "qa.find_embeddings",
    "SELECT a.article_id, a.title, a.body, a.language_code, a.uri, a.questions, a.create_time,"
    " a.update_time, a.revision, a.valid_from, a.valid_until, a.audiences, a.tags, e.dimension,"
    " e.vectors"
    " FROM qa.embeddings AS e JOIN qa.articles AS a ON a.revision = e.revision"
    " WHERE e.encoder = $1 AND e.revision BETWEEN $2 AND $3 AND a.revision BETWEEN $2 AND $3"
    " ORDER BY a.revision"};

// Articles that have changed meanwhile are left out.
inline constexpr Statement kPutEmbeddings{
    "qa.upsert_embeddings",
    "INSERT INTO qa.embeddings (revision, encoder, dimension, vectors, create_time)"
    " SELECT a.revision, $1::text, n.dimension, n.vectors, $5::timestamptz"
    " FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS n (revision, dimension, vectors)"
    " JOIN qa.articles AS a ON a.revision = n.revision"
    " FOR KEY SHARE OF a"
    " ON CONFLICT (revision, encoder) DO NOTHING"};

inline constexpr Statement kPruneEmbeddings{
    "qa.prune_embeddings", "DELETE FROM qa.embeddings WHERE encoder <> $1 AND create_time < $2"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_STATEMENTS_H_
