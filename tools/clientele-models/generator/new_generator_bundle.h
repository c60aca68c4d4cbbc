#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_NEW_GENERATOR_BUNDLE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_NEW_GENERATOR_BUNDLE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/versions/loaded_model.h"
#include "services/qa-service/training/generator/generation_example.h"

namespace clientele::models {

// Removed with what is in it.
class HiddenFolder {
 public:
  explicit HiddenFolder(std::filesystem::path path) : path_(std::move(path)) {}
  ~HiddenFolder();
  HiddenFolder(const HiddenFolder&) = delete;
  HiddenFolder& operator=(const HiddenFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

// A new generator (qa::NewSmallGenerator) with a tokenizer of at most `vocabulary` tokens, learned
// from the examples: written into the folder, as it has to be a bundle to be opened as one. The
// folder outlives it.
absl::StatusOr<std::shared_ptr<const inference::LoadedModel>> OpenNewGenerator(
    absl::Span<const qa::GenerationExample> examples, std::size_t vocabulary, std::uint64_t seed,
    const HiddenFolder& folder);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_NEW_GENERATOR_BUNDLE_H_
