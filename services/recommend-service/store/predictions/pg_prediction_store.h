#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PG_PREDICTION_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PG_PREDICTION_STORE_H_

// Predictions in PostgreSQL.

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/transaction.h"
#include "services/recommend-service/core/predictions/prediction_store.h"

namespace clientele::recommend {

// Of recommend.predictions.content: the associated data that a row's value is bound to.
std::string PredictionPlace(absl::string_view customer_id, absl::string_view prediction_id);

// Thread-safe.
class PgPredictionStore final : public PredictionStore {
 public:
  // Borrowed. Without a cipher predictions are stored as they are.
  PgPredictionStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<std::string> Insert(const RequestContext& context,
                                     const Prediction& prediction) override;
  absl::StatusOr<Prediction> Get(const RequestContext& context, absl::string_view customer_id,
                                 absl::string_view id) override;

  // Removes at most `limit` that were made before `before`; returns how many.
  static absl::StatusOr<std::int64_t> Prune(postgres::Transaction& transaction, absl::Time before,
                                            std::int64_t limit);

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PG_PREDICTION_STORE_H_
