#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PUBLICATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PUBLICATION_H_

// Whether a trained model is published: only where it is not worse than the version that serves, on
// the newest days and by the same protocol.
//
//   const Publication decided = DecidePublication("factorization/7", comparison, false);
//   if (IsPublished(decided.outcome)) ...
//
// Pure functions, thread-safe.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::recommend {

// A model is not worse where its metric is at least 1 - 0.02 times that of the serving version:
// trainings differ by about as much by their random start alone.
inline constexpr double kPublicationTolerance = 0.02;

// What both models are compared by: nDCG of the first ten, with binary gain, over what customers
// first chose in the newest days.
inline constexpr char kPublicationMetric[] = "ndcg_at_10";

// Both metrics are of the same customers and days.
struct MeasuredPair {
  double trained = 0;
  double serving = 0;
  std::int64_t customers = 0;
  absl::Time since;  // what was chosen from then on
  // The serving version has learned from those days, and its recipe, trained on what was before
  // them, stood for it.
  bool by_recipe = false;
};

// A trained model beside the version that serves.
struct Comparison {
  std::string serving_id;                // "name/version"; empty: none serves
  std::optional<MeasuredPair> measured;  // nullopt: they cannot be compared
  std::string obstacle;                  // then why, a clause such as "nobody chose anything new"
};

enum class PublicationOutcome {
  kNotWorse,         // published
  kNothingServed,    // published: there was no version to compare with
  kNotComparable,    // published: the serving version cannot be measured on those days
  kPublishedAnyway,  // published although it is worse, as the caller wanted
  kKeptAside,        // worse: no service is given it
};

struct Publication {
  std::string model_id;
  PublicationOutcome outcome = PublicationOutcome::kNothingServed;
  std::string reason;  // for people, in English, one line
  Comparison comparison;
};

inline bool IsPublished(PublicationOutcome outcome) {
  return outcome != PublicationOutcome::kKeptAside;
}

Publication DecidePublication(std::string model_id, Comparison comparison, bool publish_anyway);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PUBLICATION_H_
