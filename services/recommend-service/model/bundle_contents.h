#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_CONTENTS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_CONTENTS_H_

// What the bundles of recommenders hold: the ids of the items that they know, and tables over these
// as methods without arguments.

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/versions/loaded_model.h"

namespace clientele::recommend {

// INVALID_ARGUMENT with which the opening of a version ends, so that it is rejected.
absl::Status BadBundle(absl::string_view what);

// items.json: an array of ids, each once; BadBundle() for anything else.
absl::StatusOr<std::vector<std::string>> ReadItemIds(const inference::LoadedModel& loaded);

// What a method without arguments gives: one tensor of so many axes, or BadBundle().
absl::StatusOr<at::Tensor> ConstantOf(const inference::ModelRunner& runner,
                                      absl::string_view method, std::int64_t axes);

// A copy of a float32 tensor in row-major order.
std::vector<float> ValuesOf(const at::Tensor& tensor);

bool AllFinite(const std::vector<float>& values);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_CONTENTS_H_
