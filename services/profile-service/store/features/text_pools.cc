#include "services/profile-service/store/features/text_pools.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/profiles/profiles.h"
#include "services/profile-service/store/features/text_vector_codec.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// Texts of a pool: as many as a profile uses, unless its service is told otherwise.
constexpr int kPooledTexts = 50;

// The newest of each member, then of all. The LIMIT in the lateral query keeps the plan at one key
// look-up for each text.
constexpr Statement kTexts{
    "profile.list_text_vectors",
    "SELECT t.customer_id, t.event_id, v.vector, t.event_time FROM (SELECT e.* FROM "
    "unnest($1::text[]) "
    "AS member(id) CROSS JOIN LATERAL (SELECT customer_id, event_id, event_time "
    "FROM profile.events WHERE customer_id = member.id AND text IS NOT NULL AND type IN (2, 6, 7) "
    "AND left_out = 0 ORDER BY event_time DESC, event_id DESC LIMIT $2) AS e "
    "ORDER BY e.event_time DESC, e.event_id DESC, e.customer_id DESC LIMIT $2) AS t "
    "LEFT JOIN LATERAL (SELECT vector FROM profile.text_vectors "
    "WHERE customer_id = t.customer_id AND event_id = t.event_id AND model_id = $3 LIMIT 1) AS v "
    "ON true ORDER BY t.event_time DESC, t.event_id DESC, t.customer_id DESC"};

// The pool, where it is of the newest texts, else these; the last column tells which. Of one
// customer, whose partition is found when the statement begins.
constexpr Statement kPool{
    "profile.get_text_pool",
    "WITH newest AS MATERIALIZED (SELECT event_id, event_time FROM profile.events "
    "WHERE customer_id = $1 AND text IS NOT NULL AND type IN (2, 6, 7) AND left_out = 0 "
    "ORDER BY event_time DESC, event_id DESC LIMIT $2), "
    "pool AS MATERIALIZED (SELECT vector FROM profile.text_pools "
    "WHERE customer_id = $1 AND model_id = $3 AND texts_hash = ("
    "SELECT md5(string_agg(event_id, ' ' ORDER BY event_time DESC, event_id DESC)) FROM newest)) "
    "SELECT $1::text, '' AS event_id, vector, NULL::timestamptz AS event_time, true AS pooled "
    "FROM pool UNION ALL SELECT $1::text, t.event_id, v.vector, t.event_time, false "
    "FROM newest AS t LEFT JOIN LATERAL (SELECT vector FROM profile.text_vectors "
    "WHERE customer_id = $1 AND event_id = t.event_id AND model_id = $3 LIMIT 1) AS v ON true "
    "WHERE NOT EXISTS (SELECT FROM pool) ORDER BY event_time DESC, event_id DESC"};

// Of each customer by themselves, in the order in which kPool hashes them.
constexpr Statement kTextsToPool{
    "profile.list_texts_to_pool",
    "SELECT t.customer_id, t.event_id, v.vector FROM unnest($1::text[]) AS member(id) "
    "CROSS JOIN LATERAL (SELECT customer_id, event_id, event_time FROM profile.events "
    "WHERE customer_id = member.id AND text IS NOT NULL AND type IN (2, 6, 7) AND left_out = 0 "
    "ORDER BY event_time DESC, event_id DESC LIMIT $2) AS t "
    "LEFT JOIN LATERAL (SELECT vector FROM profile.text_vectors "
    "WHERE customer_id = t.customer_id AND event_id = t.event_id AND model_id = $3 LIMIT 1) AS v "
    "ON true ORDER BY t.customer_id, t.event_time DESC, t.event_id DESC"};

// Those of another model are not read any more.
constexpr Statement kPutPools{
    "profile.upsert_text_pools",
    "WITH old AS (DELETE FROM profile.text_pools WHERE customer_id = ANY($1::text[]) "
    "AND model_id <> $4) "
    "INSERT INTO profile.text_pools (customer_id, model_id, texts_hash, vector) "
    "SELECT customer_id, $4, md5(texts), vector "
    "FROM unnest($1::text[], $2::text[], $3::bytea[]) AS t(customer_id, texts, vector) "
    "ON CONFLICT (customer_id, model_id) DO UPDATE "
    "SET texts_hash = excluded.texts_hash, vector = excluded.vector"};

// Of rows with a text each.
absl::StatusOr<KnownTexts> TextsOf(const Result& rows, const crypto::Cipher& cipher,
                                   const SignalQuery& query) {
  KnownTexts texts;
  for (const Row row : rows) {
    if (row.IsNull(2)) {
      ++texts.pending;
      continue;
    }
    CLIENTELE_ASSIGN_OR_RETURN(
        std::vector<float> vector,
        OpenVector(cipher, row.Bytes(2),
                   TextVectorPlace(row.TextView(0), row.TextView(1), query.model_id)));
    texts.vectors.push_back(std::move(vector));
    texts.sources.push_back({row.Text(0), row.Text(1), row.Time(3)});
  }
  return texts;
}

struct Pools {
  std::vector<std::string> customers, texts;
  std::vector<Bytes> vectors;
};

}  // namespace

std::string TextPoolPlace(absl::string_view customer_id, absl::string_view model_id) {
  return absl::StrCat("profile.text_pools.vector:", customer_id, "/", model_id);
}

absl::Status MakeTextPools(Transaction& transaction, const crypto::Cipher& cipher,
                           absl::string_view model_id, const std::vector<std::string>& customers) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows, transaction.Execute(kTextsToPool, {customers, kPooledTexts, model_id}));
  Pools pools;
  for (std::size_t i = 0; i < rows.size();) {
    const std::string customer = rows[i].Text(0);
    std::string texts;
    std::vector<std::vector<float>> vectors;
    bool complete = true;
    for (; i < rows.size() && rows[i].TextView(0) == customer; ++i) {
      const Row row = rows[i];
      complete = complete && !row.IsNull(2);
      if (!complete) continue;
      absl::StrAppend(&texts, texts.empty() ? "" : " ", row.TextView(1));
      CLIENTELE_ASSIGN_OR_RETURN(
          vectors.emplace_back(),
          OpenVector(cipher, row.Bytes(2), TextVectorPlace(customer, row.TextView(1), model_id)));
    }
    const std::vector<float> direction = MeanDirection(vectors);
    if (!complete || direction.empty()) continue;
    pools.customers.push_back(customer);
    pools.texts.push_back(std::move(texts));
    pools.vectors.push_back(SealVector(cipher, direction, TextPoolPlace(customer, model_id)));
  }
  if (pools.customers.empty()) return absl::OkStatus();
  return transaction.Execute(kPutPools, {pools.customers, pools.texts, pools.vectors, model_id})
      .status();
}

absl::StatusOr<KnownTexts> ReadTextPool(Transaction& transaction, const crypto::Cipher& cipher,
                                        const std::vector<std::string>& members,
                                        const SignalQuery& query) {
  if (members.size() > 1 || query.limit != kPooledTexts) {
    return ReadTexts(transaction, cipher, members, query);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(kPool, {members.front(), query.limit, query.model_id}));
  if (rows.empty() || !rows[0].Bool(4)) return TextsOf(rows, cipher, query);
  KnownTexts texts;
  CLIENTELE_ASSIGN_OR_RETURN(
      texts.vectors.emplace_back(),
      OpenVector(cipher, rows[0].Bytes(2), TextPoolPlace(rows[0].TextView(0), query.model_id)));
  return texts;
}

absl::StatusOr<KnownTexts> ReadTexts(Transaction& transaction, const crypto::Cipher& cipher,
                                     const std::vector<std::string>& members,
                                     const SignalQuery& query) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kTexts, {members, query.limit, query.model_id}));
  return TextsOf(rows, cipher, query);
}

}  // namespace clientele::profile
