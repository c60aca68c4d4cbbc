// Families of which no checkpoint is published: sequences of items, and models of tables.

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"

#include "common/frame/field_codes.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/torchscript/tree_operators.h"
#include "common/modeling/architectures/item_sequence.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/modeling/trees/lightgbm_model.h"
#include "common/modeling/trees/tree_module.h"
#include "common/status/status_macros.h"
#include "common/training/tables/field_network_module.h"
#include "tests/gpu/families.h"

namespace clientele::gpu {
namespace {

std::vector<at::Tensor> TensorsOf(const c10::IValue& result) {
  if (result.isTensor()) return {result.toTensor()};
  std::vector<at::Tensor> tensors;
  for (const c10::IValue& element : result.toTupleRef().elements()) {
    tensors.push_back(element.toTensor());
  }
  return tensors;
}

// Compares `method` with what the module itself gives on the CPU.
Family FamilyOf(const std::string& name, model::v1::Task task, const torch::jit::Module& module,
                const std::string& method, const std::vector<at::Tensor>& inputs) {
  Family family{.name = name};
  family.manifest.set_name(name);
  family.manifest.set_version("1");
  family.manifest.set_task(task);
  family.manifest.mutable_golden()->set_tolerance(1e-4);
  family.module = [module]() -> absl::StatusOr<torch::jit::Module> { return module; };
  family.load = [module, manifest = family.manifest](const inference::RunnerOptions& options)
      -> absl::StatusOr<std::unique_ptr<inference::ModelRunner>> {
    return inference::TorchScriptRunner::FromModule(module, manifest, options);
  };
  const c10::InferenceMode inference;
  std::vector<c10::IValue> stack(inputs.begin(), inputs.end());
  family.examples.push_back({.origin = "cpu",
                             .method = method,
                             .inputs = inputs,
                             .outputs = TensorsOf(module.get_method(method)(std::move(stack)))});
  return family;
}

absl::StatusOr<Family> ItemSequence() {
  modeling::RandomWeights weights(31);
  CLIENTELE_ASSIGN_OR_RETURN(
      torch::jit::Module module,
      modeling::MakeItemSequence({.items = 500, .positions = 20, .heads = 2}, weights));
  module.eval();
  const at::Tensor items = (at::arange(4 * 20, at::kLong) * 37 % 500).reshape({4, 20});
  return FamilyOf("item-sequence", model::v1::TASK_SEQUENCE_RECOMMENDER, module, "states", {items});
}

// Two trees of one split each, as LightGBM writes them.
constexpr char kTrees[] =
    "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\n"
    "objective=binary sigmoid:1\nfeature_names=age spent\n\n"
    "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=30.5\ndecision_type=10\n"
    "left_child=-1\nright_child=-2\nleaf_value=0.25 -0.75\nleaf_count=3 1\ninternal_count=4\n\n"
    "Tree=1\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nthreshold=7\ndecision_type=10\n"
    "left_child=-1\nright_child=-2\nleaf_value=-0.5 0.125\nleaf_count=2 2\ninternal_count=4\n\n"
    "end of trees\n";

absl::StatusOr<Family> Trees() {
  inference::RegisterTreeOperators();
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::TreeEnsemble ensemble,
                             modeling::ParseLightgbmModel(kTrees));
  const at::Tensor rows =
      at::tensor({20.0, 3.0, 40.0, 9.0, std::nan(""), 7.0, 30.5, 6.5}, at::kDouble).reshape({4, 2});
  return FamilyOf("trees", model::v1::TASK_TABULAR, modeling::MakeTreeModule(ensemble), "score",
                  {rows});
}

// DeepFM over two numbers and a category.
Family FieldNetwork() {
  frame::RowMatrix table = {.fields = {{"age"}, {"spent"}, {"plan", 5}}, .rows = 64};
  for (std::size_t row = 0; row < table.rows; ++row) {
    const auto value = static_cast<double>(row);
    table.values.push_back(value);
    table.values.push_back(std::sin(value));
    table.values.push_back(static_cast<double>(row % 5));
  }
  at::manual_seed(17);
  torch::jit::Module module =
      training::MakeFieldNetwork(frame::FieldCodes::Learn(table, {}), {}, {1.0, 0.0, 2.0});
  module.define("def forward(self, features):\n    return self.score(features)\n");
  module.eval();
  const at::Tensor rows =
      at::tensor(at::ArrayRef<double>(table.values)).reshape({64, 3}).narrow(0, 0, 8).clone();
  return FamilyOf("field-network", model::v1::TASK_TABULAR, module, "score", {rows});
}

}  // namespace

absl::Status AddModuleFamilies(std::vector<Family>& families) {
  CLIENTELE_ASSIGN_OR_RETURN(families.emplace_back(), ItemSequence());
  CLIENTELE_ASSIGN_OR_RETURN(families.emplace_back(), Trees());
  families.push_back(FieldNetwork());
  return absl::OkStatus();
}

}  // namespace clientele::gpu
