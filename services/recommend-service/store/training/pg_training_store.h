#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_

#include <memory>
#include <optional>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

inline constexpr int kTrainingPageRows = 20'000;

// Reads what a training needs page by page, in one snapshot: a row for each customer and item
// costs 24 bytes once it is read. Who did not consent to recommendations is left out. Borrows the
// pool; thread-safe.
class PgTrainingStore final : public TrainingStore, public PastInteractionStore {
 public:
  // After `lease` without a sign of life a training loses its turn; at least one second. A page
  // has `page_rows` rows, at least 1. The clock is borrowed.
  explicit PgTrainingStore(postgres::ConnectionPool* pool, absl::Duration lease = absl::Minutes(1),
                           int page_rows = kTrainingPageRows, const Dismissals& dismissals = {},
                           const consent::Policy& consent = {},
                           const Clock* clock = SystemClock::Get())
      : pool_(pool),
        lease_(lease),
        page_rows_(page_rows),
        dismissals_(dismissals),
        consent_(consent),
        clock_(clock) {}

  absl::StatusOr<std::unique_ptr<TrainingTurn>> BeginTraining(const RequestContext& context,
                                                              absl::string_view name) override;
  absl::StatusOr<std::optional<LastTraining>> GetLastTraining(
      const RequestContext& context) override;
  absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext& context) override;
  absl::Status SaveCustomerFactors(const RequestContext& context, const ModelIdentity& model,
                                   absl::string_view serving, const TrainingSet& set,
                                   const Factorization& factorization) override;

  absl::StatusOr<std::optional<absl::Time>> NewestInteraction(
      const RequestContext& context) override;
  absl::Status ReadPast(const RequestContext& context, absl::Time cut,
                        absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) override;

 private:
  postgres::ConnectionPool* const pool_;
  const absl::Duration lease_;
  const int page_rows_;
  const Dismissals dismissals_;
  const consent::Policy consent_;
  const Clock* const clock_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_
