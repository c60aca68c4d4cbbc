#include "services/recommend-service/store/predictions/pg_prediction_store.h"

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/store/predictions/prediction_codec.h"

namespace clientele::recommend {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Statement;
using postgres::Transaction;

// A new id for a customer who exists. Their deletion waits until the prediction is stored, and then
// takes it along.
constexpr Statement kHoldPredictedCustomer{
    "recommend.lock_predicted_customer",
    "SELECT gen_random_uuid()::text FROM recommend.known_customers WHERE customer_id = $1 "
    "FOR KEY SHARE"};
constexpr Statement kInsertPrediction{
    "recommend.insert_prediction",
    "INSERT INTO recommend.predictions (customer_id, prediction_id, content, create_time) "
    "VALUES ($1, $2, $3, $4)"};
constexpr Statement kGetPrediction{"recommend.get_prediction",
                                   "SELECT content, create_time FROM recommend.predictions "
                                   "WHERE customer_id = $1 AND prediction_id = $2"};
constexpr Statement kPrunePredictions{
    "recommend.prune_predictions",
    "DELETE FROM recommend.predictions WHERE ctid = ANY (ARRAY(SELECT ctid "
    "FROM recommend.predictions WHERE create_time < $1 LIMIT $2))"};

}  // namespace

std::string PredictionPlace(absl::string_view customer_id, absl::string_view prediction_id) {
  return absl::StrCat("recommend.predictions.content:", customer_id, "/", prediction_id);
}

absl::StatusOr<std::string> PgPredictionStore::Insert(const RequestContext& context,
                                                      const Prediction& prediction) {
  const std::string plain = EncodePrediction(prediction);
  std::string id;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    id.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const Result held,
                               t.Execute(kHoldPredictedCustomer, {prediction.customer_id}));
    if (held.empty()) return absl::OkStatus();
    id = held[0].Text(0);
    const Bytes content{cipher_ == nullptr
                            ? plain
                            : cipher_->Encrypt(plain, PredictionPlace(prediction.customer_id, id))};
    return t
        .Execute(kInsertPrediction, {prediction.customer_id, id, content, prediction.create_time})
        .status();
  }));
  return id;
}

absl::StatusOr<Prediction> PgPredictionStore::Get(const RequestContext& context,
                                                  absl::string_view customer_id,
                                                  absl::string_view id) {
  Prediction prediction;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kGetPrediction, {customer_id, id}));
        if (rows.empty()) {
          return NotFound(absl::StrCat("customers/", customer_id, "/predictions/", id));
        }
        std::string content = rows[0].Bytes(0);
        if (cipher_ != nullptr) {
          CLIENTELE_ASSIGN_OR_RETURN(content,
                                     cipher_->Decrypt(content, PredictionPlace(customer_id, id)));
        }
        CLIENTELE_ASSIGN_OR_RETURN(prediction, DecodePrediction(content));
        prediction.customer_id = std::string(customer_id);
        prediction.id = std::string(id);
        prediction.create_time = rows[0].Time(1);
        return absl::OkStatus();
      },
      {.read_only = true}));
  return prediction;
}

absl::StatusOr<std::int64_t> PgPredictionStore::Prune(Transaction& transaction, absl::Time before,
                                                      std::int64_t limit) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result pruned,
                             transaction.Execute(kPrunePredictions, {before, limit}));
  return pruned.affected_rows();
}

}  // namespace clientele::recommend
