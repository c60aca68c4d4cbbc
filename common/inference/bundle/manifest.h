#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_MANIFEST_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_MANIFEST_H_

// Rules of a bundle's manifest that need neither files nor torch: names, specs,
// limits, and each task's contract (deploy/models/CONTRACTS.md).
//
// Pure functions, thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/precision.h"

namespace clientele::inference {

// Largest `limits.max_tokens`.
inline constexpr std::int32_t kMaxTokens = 1 << 16;

// Lower-case letters, digits, '-' and '_', 1 to 64, starting with a letter.
bool IsBundleName(absl::string_view name);

// The number of a version folder: 1 to 18 digits without a leading zero.
// nullopt for anything else.
std::optional<std::int64_t> ParseVersion(absl::string_view version);

// A relative path of plain components: no "..", ".", empty parts, backslashes or
// control characters, and not one of the manifest's own two files.
bool IsBundleFilePath(absl::string_view path);

// Appends the description of a tensor; -1 is a dynamic axis.
void AddSpec(google::protobuf::RepeatedPtrField<model::v1::TensorSpec>& specs,
             absl::string_view name, model::v1::DataType dtype,
             const std::vector<std::int64_t>& shape);

// The method whose tensors Bundle.inputs and Bundle.outputs describe.
const char* PrimaryMethod(model::v1::Task task);

// The precision that a bundle asks for: settings.precision, float32 without it.
Precision WantedPrecision(const model::v1::Bundle& manifest);

// Parses JSON strictly: unknown fields are errors.
absl::StatusOr<model::v1::Bundle> ParseManifest(absl::string_view json);
// The JSON that is written and signed: the same bytes for equal manifests.
absl::StatusOr<std::string> WriteManifest(const model::v1::Bundle& manifest);

// What can be said before files and golden examples are there: names, specs, limits,
// tokenizer and the task's contract. `name` and `version` are those of the folders.
// INVALID_ARGUMENT names the first wrong field and what it must be.
absl::Status CheckInterface(const model::v1::Bundle& manifest, absl::string_view name,
                            absl::string_view version);
// CheckInterface, files and golden examples: what a bundle needs to serve.
absl::Status CheckManifest(const model::v1::Bundle& manifest, absl::string_view name,
                           absl::string_view version);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_MANIFEST_H_
