#ifndef CLIENTELE_COMMON_MODELING_TREES_XGBOOST_MODEL_H_
#define CLIENTELE_COMMON_MODELING_TREES_XGBOOST_MODEL_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/modeling/trees/tree_ensemble.h"

namespace clientele::modeling {

// A model that XGBoost 1.0 to 3.x saved as JSON or UBJSON
// (https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html): the boosters gbtree and
// dart, numeric and categorical splits, one output a leaf. INVALID_ARGUMENT names the field, or
// what is not supported: gblinear, leaves of several outputs, an objective that is not known.
absl::StatusOr<TreeEnsemble> ParseXgboostModel(absl::string_view bytes);

// From a file of at most 1 GB; NOT_FOUND where there is none.
absl::StatusOr<TreeEnsemble> ReadXgboostModel(const std::filesystem::path& file);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_XGBOOST_MODEL_H_
