#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_NETWORK_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_NETWORK_H_

// Trains what makes one vector of behavior, texts and pictures: a projection of each, and a gate
// that says how much each counts, among those that are known.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const FuserNetwork network, TrainFuserNetwork(examples, {}));
//
// From the vector, of what is left when a part is left out at random, the network tells the
// categories of what the customer does next (as directions of their names in the text encoder's
// space, so that companies share them), the part that was left out (among those of the batch, with
// InfoNCE; van den Oord, Li, Vinyals, Representation learning with contrastive predictive coding,
// 2018), and whether they will buy. One training at a time in a process.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::profile {

// N customers; parts that are not known are zeros, and so is their `present`.
struct FuserExamples {
  at::Tensor behavior;    // float32 [N, F]
  at::Tensor text;        // float32 [N, D], unit length
  at::Tensor image;       // float32 [N, E], unit length
  at::Tensor present;     // float32 [N, 3]
  at::Tensor targets;     // float32 [N, C]: shares of the categories of what was done next; zeros
  at::Tensor companies;   // float32 [N, C]: 1 for the categories that the customer's company has
  at::Tensor churn;       // float32 [N]: 1, 0, or -1 where it is not known
  at::Tensor categories;  // float32 [C, D]: directions of the categories' names
};

FuserExamples Select(const FuserExamples& examples, const std::vector<std::int64_t>& rows);

struct FuserNetworkOptions {
  std::int64_t width = 128;  // of the vector
  std::int64_t hidden = 64;
  std::int64_t epochs = 8;
  std::int64_t batch = 256;
  double learning_rate = 2e-3;
  double weight_decay = 1e-3;
  std::uint64_t seed = 1;
  std::function<void(absl::string_view)> progress = {};
};

// Of the methods that make the vector, and the tensors that they read.
extern const char kFuserMethods[];
std::vector<std::string> FuserWeights();

// The module has fuse(behavior, text, image, present) -> [B, width], and buffers `centers` and
// `spreads` of the features. INVALID_ARGUMENT without examples; RunLoop's errors.
absl::StatusOr<torch::jit::Module> TrainFuserNetwork(const FuserExamples& examples,
                                                     const FuserNetworkOptions& options);

struct NextCategoryScore {
  double hit = 0;          // the likeliest of the company's categories is among what was done next
  double hit_popular = 0;  // the same of the company's most frequent category
  std::int64_t customers = 0;
};
// By the parts that `mask` (float32 [3]) leaves, of the customers who have them all.
absl::StatusOr<NextCategoryScore> EvaluateNextCategory(torch::jit::Module network,
                                                       const FuserExamples& training,
                                                       const FuserExamples& examples,
                                                       const at::Tensor& mask);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_NETWORK_H_
