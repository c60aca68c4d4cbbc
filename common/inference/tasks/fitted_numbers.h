#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_FITTED_NUMBERS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_FITTED_NUMBERS_H_

// Numbers that were fitted to what a version computes, for whoever decides with it: the manifest's
// settings whose names begin with "confidence.".

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

inline constexpr char kConfidencePrefix[] = "confidence.";

// By the setting's name.
using FittedNumbers = std::map<std::string, double>;

// Never null; empty where the manifest has none. FAILED_PRECONDITION names a setting that is not a
// number.
absl::StatusOr<std::shared_ptr<const FittedNumbers>> ReadFittedNumbers(
    const model::v1::Bundle& manifest);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_FITTED_NUMBERS_H_
