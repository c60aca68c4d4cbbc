#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENTS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENTS_H_

// What callers do with experiments and feedback.
//
//   CLIENTELE_ASSIGN_OR_RETURN(Variant variant, experiments.Assign(context, "reasons-2", "c-17"));
//   query.method = variant.method;
//
// Being assigned exposes nobody: what was shown is told by feedback.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/experiments/experiment_store.h"

namespace clientele::recommend {

struct VariantReport {
  std::string variant_id;
  ConversionCounts counts;
  double lift = 0;                  // of the rate over the control's; 0 where that is 0
  DifferenceInterval difference{};  // of the rate and the control's; not for the control
};

// One page as callers see it.
struct ExperimentListing {
  std::vector<Experiment> experiments;
  std::string next_page_token;
};

// Thread-safe. Errors are those of ExperimentStore, and INVALID_ARGUMENT with every violation at
// once, in which case nothing is changed.
class Experiments {
 public:
  // Borrowed.
  Experiments(ExperimentStore* store, const Clock* clock) : store_(store), clock_(clock) {}

  absl::StatusOr<Experiment> Create(const RequestContext& context, const MutationId& mutation,
                                    const Experiment& experiment, bool validate_only);
  absl::StatusOr<Experiment> Get(const RequestContext& context, absl::string_view id) {
    return store_->Get(context, id);
  }
  // `page_size` from 1 on. INVALID_ARGUMENT for a token that is not ours.
  absl::StatusOr<ExperimentListing> List(const RequestContext& context, int page_size,
                                         absl::string_view page_token);
  absl::StatusOr<Experiment> Stop(const RequestContext& context, const MutationId& mutation,
                                  absl::string_view id) {
    return store_->Stop(context, mutation, id);
  }
  // The customer's variant.
  absl::StatusOr<Variant> Assign(const RequestContext& context, absl::string_view experiment_id,
                                 absl::string_view customer_id);
  // INVALID_ARGUMENT names experiments that do not exist too. Feedback to an experiment that has
  // ended is stored and not counted.
  absl::StatusOr<FeedbackRecorded> Record(const RequestContext& context, const MutationId& mutation,
                                          std::vector<Feedback> feedback);
  // In the order of the variants. The error rate is shared by all comparisons with the control
  // (Bonferroni).
  absl::StatusOr<std::vector<VariantReport>> Report(const RequestContext& context,
                                                    absl::string_view id);

 private:
  ExperimentStore* const store_;
  const Clock* const clock_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENTS_H_
