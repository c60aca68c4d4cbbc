#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ANSWERING_SETUP_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ANSWERING_SETUP_H_

#include <optional>
#include <string>

namespace clientele::qa {

// What decides which answer a question gets.
struct AnsweringSetup {
  std::string encoder;  // "name/version" of the text encoder
  // The least confidence that answers; empty: what was fitted to the encoder.
  std::optional<double> min_confidence = {};

  bool operator==(const AnsweringSetup&) const = default;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ANSWERING_SETUP_H_
