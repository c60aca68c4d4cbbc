#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "common/inference/versions/loaded_model.h"
#include "common/modeling/architectures/architecture.h"

namespace clientele::qa {

// A small T5 with random weights (three layers a side, 192 wide, gated feed-forward as version 1.1)
// for the vocabulary of another bundle, whose tokenizer it takes: WordPiece, [PAD] being the start
// and [SEP] the end. The manifest has the tokenizer's description. INVALID_ARGUMENT for another
// kind of tokenizer.
absl::StatusOr<modeling::BuiltModel> NewSmallGenerator(const inference::LoadedModel& from,
                                                       std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_NEW_GENERATOR_H_
