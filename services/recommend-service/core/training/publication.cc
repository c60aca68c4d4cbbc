#include "services/recommend-service/core/training/publication.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::recommend {
namespace {

std::string InWords(const Comparison& comparison) {
  const MeasuredPair& pair = *comparison.measured;
  return absl::StrFormat(
      "nDCG@10 %.4f against %.4f of %s, by what %d customers chose since %s%s", pair.trained,
      pair.serving, comparison.serving_id, pair.customers,
      absl::FormatTime("%Y-%m-%d %H:%M UTC", pair.since, absl::UTCTimeZone()),
      pair.by_recipe ? "; its recipe stood for the serving version, which has learned from those "
                       "days"
                     : "");
}

}  // namespace

Publication DecidePublication(std::string model_id, Comparison comparison, bool publish_anyway) {
  Publication decided{.model_id = std::move(model_id),
                      .outcome = PublicationOutcome::kNotWorse,
                      .reason = {},
                      .comparison = std::move(comparison)};
  const Comparison& compared = decided.comparison;
  if (compared.serving_id.empty()) {
    decided.outcome = PublicationOutcome::kNothingServed;
    decided.reason = "published: no version served";
  } else if (!compared.measured.has_value()) {
    decided.outcome = PublicationOutcome::kNotComparable;
    decided.reason = absl::StrCat("published without a comparison with ", compared.serving_id, ": ",
                                  compared.obstacle);
  } else if (compared.measured->trained >=
             compared.measured->serving * (1 - kPublicationTolerance)) {
    decided.reason = absl::StrCat("published, not worse: ", InWords(compared));
  } else if (publish_anyway) {
    decided.outcome = PublicationOutcome::kPublishedAnyway;
    decided.reason = absl::StrCat("published as asked, although worse: ", InWords(compared));
  } else {
    decided.outcome = PublicationOutcome::kKeptAside;
    decided.reason = absl::StrCat("kept aside, worse: ", InWords(compared));
  }
  return decided;
}

}  // namespace clientele::recommend
