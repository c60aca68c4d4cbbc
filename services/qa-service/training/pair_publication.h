#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_PUBLICATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_PUBLICATION_H_

#include <cstddef>
#include <filesystem>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

// Writes the bundle of a module that takes ids, mask and segments of a question with a passage, of
// at most `max_tokens`, with the encoder's tokenizer. The caller fills name, version, task, outputs
// and the descriptive fields; the encoder's licence is taken where there is none. Without a key it
// is unsigned. Errors of WriteBundle.
absl::StatusOr<std::filesystem::path> WritePairBundle(
    const EncoderBundle& encoder, const torch::jit::Module& module, model::v1::Bundle manifest,
    std::size_t max_tokens, const std::filesystem::path& out, const crypto::SigningKey* key);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_PAIR_PUBLICATION_H_
