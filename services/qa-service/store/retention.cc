#include "services/qa-service/store/retention.h"

#include "common/idempotency/ledger_retention.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/retrieval/embedding_cache.h"

namespace clientele::qa {

absl::Status Retention::Prune(const RequestContext& context, const std::string& encoder_id) {
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(PruneLedger(*stores_.ledger, *stores_.pool, context));
  CLIENTELE_RETURN_IF_ERROR(stores_.questions->Prune(context, now - options_.questions).status());
  CLIENTELE_RETURN_IF_ERROR(
      stores_.recorded_answers->Prune(context, now - options_.questions).status());
  CLIENTELE_RETURN_IF_ERROR(stores_.handovers->Prune(context, now - options_.handovers).status());
  CLIENTELE_RETURN_IF_ERROR(
      stores_.conversations->Prune(context, now - options_.conversations).status());
  CLIENTELE_RETURN_IF_ERROR(stores_.feedback->Prune(context, now - options_.feedback).status());
  CLIENTELE_RETURN_IF_ERROR(
      stores_.articles->PruneTombstones(context, now - options_.tombstones).status());
  if (encoder_id.empty()) return absl::OkStatus();
  return stores_.embeddings->Prune(context, EmbeddingKey(encoder_id), now - options_.embeddings)
      .status();
}

}  // namespace clientele::qa
