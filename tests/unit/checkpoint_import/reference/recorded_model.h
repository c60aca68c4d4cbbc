#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_RECORDED_MODEL_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_RECORDED_MODEL_H_

// A family's module with random weights, and those weights by name for a reference.

#include <set>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include "common/modeling/architectures/architecture.h"
#include "tests/unit/checkpoint_import/reference/arithmetic.h"

namespace clientele::models::reference {

struct RecordedModel {
  modeling::BuiltModel built;
  Checkpoint checkpoint;
  nlohmann::json config;

  // The outputs of a method.
  std::vector<at::Tensor> Call(const std::string& method,
                               const std::vector<at::Tensor>& inputs) const;
};

// `stored` are tensors that the checkpoint holds beside what a new model has. Fails the test when
// the family refuses.
RecordedModel Record(const std::string& family, const nlohmann::json& config,
                     const std::set<std::string>& stored = {},
                     const modeling::BuildOptions& options = {});

// [1, ids].
at::Tensor RowOf(const std::vector<std::int64_t>& ids);

// The largest difference over the largest value.
double RelativeError(const at::Tensor& actual, const at::Tensor& expected);

// What float32 leaves of these small models.
inline constexpr double kTolerance = 1e-4;

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_RECORDED_MODEL_H_
