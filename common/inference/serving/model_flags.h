#ifndef CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_FLAGS_H_
#define CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_FLAGS_H_

// For main.cc only, from its one thread.

#include <string>

#include "common/flags/flags.h"
#include "common/inference/serving/model_options.h"

namespace clientele::inference {

// model_dir, model_public_key_file, device, model_precision, model_cores, compute_threads,
// model_refresh_interval.
void AddModelFlags(CLI::App& app, ModelOptions& options);

// <model>_instances, such as text_encoder_instances.
void AddModelShareFlags(CLI::App& app, const std::string& model, ModelShare& share);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_FLAGS_H_
