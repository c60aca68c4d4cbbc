#include "services/qa-service/training/intents/tuning_speed.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kSampleRows = 256;
// The first pass compiles the module.
constexpr int kPasses = 2;

struct Sample {
  std::vector<const inference::TokenRow*> rows;
  std::vector<int> classes_of;
};

Sample SpreadOver(absl::Span<const inference::TokenRow* const> training,
                  absl::Span<const int> classes_of) {
  Sample sample;
  const std::size_t step = std::max<std::size_t>(1, training.size() / kSampleRows);
  for (std::size_t i = 0; i < training.size() && sample.rows.size() < kSampleRows; i += step) {
    sample.rows.push_back(training[i]);
    sample.classes_of.push_back(classes_of[i]);
  }
  return sample;
}

}  // namespace

absl::StatusOr<double> MeasureTuningSpeed(const torch::jit::Module& encoder,
                                          absl::Span<const inference::TokenRow* const> training,
                                          absl::Span<const int> classes_of,
                                          absl::Span<const float> classes, std::size_t labels,
                                          const EncoderTuningOptions& options) {
  const Sample sample = SpreadOver(training, classes_of);
  EncoderTuningOptions one_pass = options;
  one_pass.max_epochs = 1;
  one_pass.progress = {};
  // An encoder that only looks vectors up multiplies nothing.
  one_pass.max_operations =
      std::max(1.0, TuningOperations(encoder, sample.rows, options.max_tokens));
  double seconds = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    CLIENTELE_RETURN_IF_ERROR(
        TuneEncoder(encoder, sample.rows, sample.classes_of, classes, labels, one_pass).status());
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return one_pass.max_operations / std::max(seconds, 1e-6);
}

}  // namespace clientele::qa
