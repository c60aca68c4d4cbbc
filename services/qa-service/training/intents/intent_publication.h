#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_PUBLICATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_PUBLICATION_H_

// A CSV file's texts to a TEXT_CLASSIFIER bundle, from the encoder on.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const PublishedIntents published,
//       TrainIntentBundle(*encoder, {.texts = texts, .labels = labels, .oos_label = "oos"},
//                         {.out = "models", .name = "intents", .version = "1"}));

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

struct LabeledTexts {
  std::vector<std::string> texts;
  std::vector<std::string> labels;
  std::string oos_label;  // empty: everything is in scope
};

struct IntentBundleOptions {
  std::filesystem::path out;  // <out>/<name>/<version> is made
  std::string name;
  std::string version;
  std::uint64_t seed = 1;
  int threads = 1;
  // Whether a copy of the encoder is trained further.
  bool tune = true;
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  std::function<void(absl::string_view)> progress = {};
};

struct PublishedIntents {
  std::filesystem::path folder;
  std::size_t labels = 0;
  bool tuned = false;
  std::map<std::string, double> metrics;  // TrainedIntents::metrics
};

// Errors of TrainIntents and WriteBundle.
absl::StatusOr<PublishedIntents> TrainIntentBundle(const EncoderBundle& encoder,
                                                   const LabeledTexts& data,
                                                   const IntentBundleOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_PUBLICATION_H_
