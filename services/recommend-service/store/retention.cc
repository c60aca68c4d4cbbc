#include "services/recommend-service/store/retention.h"

#include "common/idempotency/ledger_retention.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/store/experiments/pg_experiment_store.h"
#include "services/recommend-service/store/predictions/pg_prediction_store.h"

namespace clientele::recommend {

absl::Status Retention::Prune(const RequestContext& context) {
  CLIENTELE_RETURN_IF_ERROR(PruneLedger(*stores_.ledger, *stores_.pool, context));
  CLIENTELE_RETURN_IF_ERROR(
      PruneInParts(*stores_.pool, context, [&](postgres::Transaction& t, int64_t limit) {
        return stores_.operations->Prune(t, KeptFor(options_.operations), limit);
      }));
  CLIENTELE_RETURN_IF_ERROR(
      PruneInParts(*stores_.pool, context, [&](postgres::Transaction& t, int64_t limit) {
        return PgExperimentStore::PruneFeedback(t, clock_->Now() - KeptFor(options_.feedback),
                                                limit);
      }));
  CLIENTELE_RETURN_IF_ERROR(
      PruneInParts(*stores_.pool, context, [&](postgres::Transaction& t, int64_t limit) {
        return PgPredictionStore::Prune(t, clock_->Now() - KeptFor(options_.predictions), limit);
      }));
  return stores_.items->PruneTombstones(context, clock_->Now() - KeptFor(options_.tombstones));
}

}  // namespace clientele::recommend
