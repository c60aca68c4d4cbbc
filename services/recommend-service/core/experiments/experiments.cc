#include "services/recommend-service/core/experiments/experiments.h"

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {
namespace {

std::size_t ExperimentBytes(const Experiment& experiment) {
  std::size_t bytes = paging::kRowBytes + experiment.id.size() + experiment.display_name.size();
  for (const Variant& variant : experiment.variants) bytes += paging::kRowBytes + variant.id.size();
  return bytes;
}

}  // namespace

absl::StatusOr<Experiment> Experiments::Create(const RequestContext& context,
                                               const MutationId& mutation,
                                               const Experiment& experiment, bool validate_only) {
  FieldViolations violations;
  CheckExperiment(experiment, violations);
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return store_->Create(context, mutation, experiment, validate_only);
}

absl::StatusOr<ExperimentListing> Experiments::List(const RequestContext& context, int page_size,
                                                    absl::string_view page_token) {
  std::string after;
  if (!page_token.empty() &&
      (!absl::WebSafeBase64Unescape(page_token, &after) || !IsItemId(after))) {
    return InvalidField("page_token", "must come from the response before");
  }
  ExperimentListing listing;
  CLIENTELE_ASSIGN_OR_RETURN(listing.experiments, store_->List(context, after, page_size + 1));
  if (paging::CutPage(listing.experiments, static_cast<std::size_t>(page_size), ExperimentBytes)) {
    listing.next_page_token = absl::WebSafeBase64Escape(listing.experiments.back().id);
  }
  return listing;
}

absl::StatusOr<Variant> Experiments::Assign(const RequestContext& context,
                                            absl::string_view experiment_id,
                                            absl::string_view customer_id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Experiment experiment, store_->Get(context, experiment_id));
  return VariantOf(experiment, customer_id);
}

absl::StatusOr<FeedbackRecorded> Experiments::Record(const RequestContext& context,
                                                     const MutationId& mutation,
                                                     std::vector<Feedback> feedback) {
  if (feedback.empty() || feedback.size() > kMaxFeedbackBatch) {
    return InvalidField("feedback", absl::StrCat("must have 1 to ", kMaxFeedbackBatch, " entries"));
  }
  FieldViolations violations;
  for (std::size_t i = 0; i < feedback.size(); ++i) {
    CheckFeedback(feedback[i], absl::StrCat("feedback[", i, "]."), clock_->Now(), violations);
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  std::map<std::string, absl::StatusOr<Experiment>> experiments;
  for (std::size_t i = 0; i < feedback.size(); ++i) {
    Feedback& one = feedback[i];
    if (one.experiment_id.empty()) continue;
    auto found = experiments.find(one.experiment_id);
    if (found == experiments.end()) {
      found = experiments.emplace(one.experiment_id, store_->Get(context, one.experiment_id)).first;
    }
    const absl::StatusOr<Experiment>& experiment = found->second;
    if (absl::IsNotFound(experiment.status())) {
      violations.Add(absl::StrCat("feedback[", i, "].experiment"),
                     "names an experiment that does not exist");
      continue;
    }
    CLIENTELE_RETURN_IF_ERROR(experiment.status());
    if (experiment->is_running()) {
      one.variant_id = VariantOf(*experiment, one.customer_id).id;
    } else {
      one.experiment_id.clear();
    }
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return store_->Record(context, mutation, feedback);
}

absl::StatusOr<std::vector<VariantReport>> Experiments::Report(const RequestContext& context,
                                                               absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Experiment experiment, store_->Get(context, id));
  CLIENTELE_ASSIGN_OR_RETURN(const auto counts, store_->Count(context, experiment));
  const double error_rate =
      experiment.error_rate / static_cast<double>(experiment.variants.size() - 1);
  std::vector<VariantReport> reports;
  reports.reserve(experiment.variants.size());
  for (const Variant& variant : experiment.variants) {
    VariantReport report{.variant_id = variant.id, .counts = {}};
    if (const auto found = counts.find(variant.id); found != counts.end()) {
      report.counts = found->second;
    }
    if (!reports.empty()) {
      const ConversionCounts& control = reports.front().counts;
      if (control.converted > 0 && report.counts.exposed > 0) {
        report.lift = report.counts.rate() / control.rate() - 1;
      }
      report.difference =
          AlwaysValidDifference(control, report.counts, error_rate, experiment.planned_exposures);
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace clientele::recommend
