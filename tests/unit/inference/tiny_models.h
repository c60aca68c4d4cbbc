#ifndef CLIENTELE_TESTS_UNIT_INFERENCE_TINY_MODELS_H_
#define CLIENTELE_TESTS_UNIT_INFERENCE_TINY_MODELS_H_

// Real TorchScript modules of a few numbers, and bundles of them.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "common/inference/model_runner.h"
#include "common/inference/torchscript/bundle_writer.h"

namespace clientele::inference::testing {

inline constexpr int kBuckets = 100;
inline constexpr int kDimension = 4;
inline constexpr int kMaxTokens = 16;

// Mean of the tokens' rows in a table of fixed numbers, divided by its length.
// `seed` makes tables differ.
torch::jit::Module TinyEncoder(int seed = 1);
model::v1::Bundle TinyEncoderManifest(const std::string& version = "1");
// ids and mask of two rows.
std::vector<at::Tensor> TinyEncoderInputs();

// Writes <model_dir>/tiny-encoder/<version> with a file items.json beside model.pt.
absl::StatusOr<std::filesystem::path> WriteTinyEncoder(const std::filesystem::path& model_dir,
                                                       const std::string& version,
                                                       const crypto::SigningKey& key, int seed = 1);

// A module without parameters whose methods are `source`.
torch::jit::Module TinyModule(const std::string& source);
// A ranker: float32 [B, 2] -> float32 [B].
model::v1::Bundle TinyRankerManifest();
std::unique_ptr<ModelRunner> TinyRanker(const std::string& source);

// Changes bundle.json and signs it again, as somebody with the key could.
void Resign(const std::filesystem::path& dir, const crypto::SigningKey& key,
            const std::function<void(model::v1::Bundle&)>& change);

}  // namespace clientele::inference::testing

#endif  // CLIENTELE_TESTS_UNIT_INFERENCE_TINY_MODELS_H_
