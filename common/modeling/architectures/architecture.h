#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_ARCHITECTURE_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_ARCHITECTURE_H_

// Model families, each written once in TorchScript source.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Family* family, FindFamily("qwen2"));
//   CLIENTELE_ASSIGN_OR_RETURN(BuiltModel built, family->build(config, weights, options));
//   WriteBundle(..., built.module, built.manifest, files, built.golden_inputs, key);
//
// A module keeps the contract of its task (deploy/models/CONTRACTS.md) and has the method
// `reference` beside it: the inputs and outputs of the published implementation under its
// names, for comparison with it (`clientele-models run`).
//
// Pure functions, thread-safe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/modeling/checkpoint/config.h"
#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

// How the vectors of a row's tokens become one.
enum class PoolMode {
  kMean,            // over the unmasked tokens
  kCls,             // the first token's
  kMax,             // of each value, over the unmasked tokens
  kMeanSqrtLength,  // the sum, divided by the square root of their number
  kWeightedMean,    // with weights 1, 2, 3, ... by place
  kLastToken,       // the last unmasked token's
};

// "mean", "cls", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken".
const char* NameOf(PoolMode mode);

// What happens to a row's vector after pooling.
struct VectorStep {
  enum class Kind { kDense, kLayerNorm, kNormalize };
  Kind kind = Kind::kNormalize;
  // For errors: the folder of the module, such as "2_Dense".
  std::string name = {};
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  bool bias = true;
  // Of a dense step: an expression of x, such as "torch.tanh(x)".
  std::string activation = "x";
  // `linear.weight`, `linear.bias`, `norm.weight`, `norm.bias`.
  std::shared_ptr<Weights> weights = {};
};

struct BuildOptions {
  // nullopt: what config.json's `architectures` say, else the family's usual task.
  std::optional<model::v1::Task> task = std::nullopt;
  // How a text encoder makes one vector of a row.
  model::v1::Pooling pooling = model::v1::POOLING_MEAN;
  // The same; several are laid side by side in one vector. Where empty, `pooling` says it.
  std::vector<PoolMode> pool_modes = {};
  // What follows the pooling of a text encoder, in order.
  std::vector<VectorStep> steps = {};
  // Bounds a text encoder's rows below what the model could take; 0: no bound of its own.
  std::int64_t max_tokens = 0;
  // Whether that vector has unit length.
  bool normalize = false;
  // Mean and deviation of the pixels that an image encoder was trained on, by channel.
  std::vector<double> pixel_mean = {0.485, 0.456, 0.406};
  std::vector<double> pixel_deviation = {0.229, 0.224, 0.225};
};

struct BuiltModel {
  torch::jit::Module module;
  // Task, inputs, outputs, reference, limits, settings and architecture.
  model::v1::Bundle manifest;
};

struct Family {
  // `model_type` of config.json.
  const char* model_type;
  // Reads what it needs of both; INVALID_ARGUMENT names the file and the field.
  std::function<absl::StatusOr<BuiltModel>(Config&, Weights&, const BuildOptions&)> build;
  // Prefix of the weights' names in some checkpoints and not in others, such as "bert.".
  std::vector<std::string> optional_prefixes;
  // Parts of names of tensors that published checkpoints carry and inference does not need.
  std::vector<std::string> unneeded;
};

// INVALID_ARGUMENT says what was given, and lists the families there are.
absl::StatusOr<const Family*> FindFamily(absl::string_view model_type);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_ARCHITECTURE_H_
