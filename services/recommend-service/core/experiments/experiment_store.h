#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/recommend-service/core/experiments/confidence_sequence.h"
#include "services/recommend-service/core/experiments/experiment.h"
#include "services/recommend-service/core/experiments/feedback.h"

namespace clientele::recommend {

// What RecordFeedback did.
struct FeedbackRecorded {
  std::int64_t created = 0;
  std::int64_t duplicates = 0;  // were there before, or earlier in the same batch
  std::int64_t unknown = 0;     // of customers whom the change feed has not told of; not stored
};

// Where experiments and feedback live. Arguments were checked by the caller. Every mutation is one
// transaction that also writes the idempotency ledger. Feedback goes with its customer's deletion,
// which the change feed brings. UNAVAILABLE (reason DATABASE_UNAVAILABLE) when the database cannot
// be reached. Thread-safe.
class ExperimentStore {
 public:
  virtual ~ExperimentStore() = default;

  // ALREADY_EXISTS when the id is taken. `validate_only` changes nothing.
  virtual absl::StatusOr<Experiment> Create(const RequestContext& context,
                                            const MutationId& mutation,
                                            const Experiment& experiment, bool validate_only) = 0;
  // NOT_FOUND when there is none.
  virtual absl::StatusOr<Experiment> Get(const RequestContext& context, absl::string_view id) = 0;
  // At most `limit` with an id greater than `after_id`, by id.
  virtual absl::StatusOr<std::vector<Experiment>> List(const RequestContext& context,
                                                       absl::string_view after_id, int limit) = 0;
  // NOT_FOUND when there is none. One that was stopped before stays as it is.
  virtual absl::StatusOr<Experiment> Stop(const RequestContext& context, const MutationId& mutation,
                                          absl::string_view id) = 0;

  // Each (customer, feedback_id) is stored once, with the values that it first came with; only
  // of customers whom the change feed has shown to exist, so that nothing comes after a deletion.
  // The result of a batch of one customer goes with them too.
  virtual absl::StatusOr<FeedbackRecorded> Record(const RequestContext& context,
                                                  const MutationId& mutation,
                                                  const std::vector<Feedback>& feedback) = 0;
  // By variant id; variants without exposures are missing. A customer is exposed by the first
  // feedback of type SHOWN in the experiment, and has converted when feedback of the goal's type
  // followed in the experiment, at that time or within the conversion window after it, in whatever
  // order both were recorded. Where the goal is BOUGHT, so has who purchased an item, by the change
  // feed, that was shown to them in the experiment: from then on, within the window, and before the
  // experiment was stopped.
  virtual absl::StatusOr<std::map<std::string, ConversionCounts>> Count(
      const RequestContext& context, const Experiment& experiment) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_STORE_H_
