#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_TRAINING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_TRAINING_H_

// From a recipe to a TEXT_ENCODER bundle: vocabulary, the teacher's vectors, distillation.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const TrainedEncoder trained,
//       TrainEncoder(recipe, *teacher, nullptr,
//                    {.data = "../data", .work = "/tmp/encoder", .out = "models"}));
//
// The work folder keeps the teacher's vectors and checkpoints: a run that was cut goes on there.
// It belongs to one recipe; one run at a time.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"
#include "services/qa-service/training/encoder/encoder_recipe.h"
#include "services/qa-service/training/intents/encoder_bundle.h"

namespace clientele::qa {

struct EncoderTrainingOptions {
  std::filesystem::path data = {};  // what the recipe's files are in
  std::filesystem::path work = {};
  std::filesystem::path out = {};           // <out>/<name>/<version> is made
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  // Ends where the newest checkpoint stands, instead of learning on.
  bool finish_now = false;
  std::function<void(absl::string_view)> progress = {};
};

struct TrainedEncoder {
  std::filesystem::path folder = {};
  std::int64_t texts = 0;
  std::int64_t vocabulary = 0;
  std::map<std::string, double> metrics = {};
};

// `start` is the bundle that training goes on from, with its vocabulary and sizes; null: a new one.
// Errors of ReadTrainingTexts, MakeStudent, Distill and WriteBundle.
absl::StatusOr<TrainedEncoder> TrainEncoder(const EncoderRecipe& recipe,
                                            const EncoderBundle& teacher,
                                            const EncoderBundle* start,
                                            const EncoderTrainingOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_TRAINING_H_
