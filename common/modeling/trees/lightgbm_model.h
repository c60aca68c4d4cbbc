#ifndef CLIENTELE_COMMON_MODELING_TREES_LIGHTGBM_MODEL_H_
#define CLIENTELE_COMMON_MODELING_TREES_LIGHTGBM_MODEL_H_

#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/modeling/trees/tree_ensemble.h"

namespace clientele::modeling {

// A model that LightGBM 2 to 4 saved as text (`model.txt`): numeric and categorical splits, the
// three kinds of missing values, DART and random forests. INVALID_ARGUMENT names tree and field, or
// what is not supported: linear trees, an objective that is not known.
absl::StatusOr<TreeEnsemble> ParseLightgbmModel(absl::string_view text);

// From a file of at most 1 GiB; NOT_FOUND where there is none.
absl::StatusOr<TreeEnsemble> ReadLightgbmModel(const std::filesystem::path& file);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_LIGHTGBM_MODEL_H_
