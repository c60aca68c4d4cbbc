#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"
#include "services/qa-service/training/generator/generator_tokenizer.h"

namespace clientele::qa {

// A small T5 for that tokenizer (three layers a side, 256 wide, gated feed-forward as version 1.1)
// that has learned nothing yet but to copy (copying_weights.h). The manifest has the tokenizer's
// description; its weights are to be stored in half precision.
absl::StatusOr<modeling::BuiltModel> NewSmallGenerator(const GeneratorTokenizer& tokenizer,
                                                       std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_
