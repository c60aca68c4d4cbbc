#ifndef CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_OPTIONS_H_
#define CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_OPTIONS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace clientele::inference {

struct ModelOptions {
  // Folder of model bundles.
  std::string model_dir = "deploy/models";
  // The key that their signatures must hold for. Empty: the service says whether it
  // does without models.
  std::string public_key_file = {};
  // "cpu", "cuda", "cuda:N", or "auto": the first GPU where there is one.
  std::string device = "cpu";
  // "fp32", "int8", "bf16" or "fp16": how linear layers compute. Empty: as each bundle asks.
  std::string precision = {};
  // Cores that all models of the process compute on together; 0: those that it may use by
  // CPU affinity and control group.
  int cores = 0;
  // Threads of one call of a model, at most `cores`; 0: all of them.
  int compute_threads = 1;
  // How often the folder is checked for new versions; 0: only at the start.
  absl::Duration refresh_interval = absl::Seconds(1);
};

// The share of the process's cores that one of the models gets.
struct ModelShare {
  // Batches computed at the same time, where the model has a scheduler; at least 1. On the
  // CPU, instances x threads are at most `cores`.
  std::size_t instances = 1;
  // One thread for each call instead of `compute_threads`: for models that are too small
  // for more.
  bool single_thread = false;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_OPTIONS_H_
