#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_MODELS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_MODELS_H_

// Builds and signs the models that the suite starts with: starter-text-encoder,
// starter-image-encoder and starter-profile-fuser.
//
//   StarterOptions options{.texts = "texts.txt", .model_dir = "models", .signing_key_file = "key"};
//   CLIENTELE_ASSIGN_OR_RETURN(StarterReport report, BuildStarterModels(options));
//
// The same texts, options and library versions give the same model.pt bytes; bundle.json differs
// in its time of creation. No torch in this header.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace clientele::starter {

struct StarterOptions {
  // One text a line; see ReadTextFile.
  std::filesystem::path texts;
  // Where <name>/<version>/ folders are made.
  std::filesystem::path model_dir;
  std::filesystem::path signing_key_file;
  // Digits, without a leading zero.
  std::string version = "1";
  // Length of a text vector, 2 to 2048.
  std::int64_t dimensions = 256;
  // Hash buckets of the tokenizer, 1024 to 1048576; the encoder holds 4 * buckets * dimensions
  // bytes.
  std::int64_t buckets = 65536;
  // Features of the profile fuser's behavior block, 1 to 4096.
  std::int64_t behavior_features = 24;
  std::size_t max_texts = 200000;
  std::uint64_t seed = 7;
};

struct StarterReport {
  std::vector<std::filesystem::path> bundles;  // folders that were written
  std::int64_t lines = 0;
  std::int64_t texts = 0;  // different ones that were used
  std::int64_t invalid_lines = 0;
  double explained = 0;  // see TextEncoderModule
};

// Errors: NOT_FOUND and INVALID_ARGUMENT name the flag; ALREADY_EXISTS when a bundle of that
// version is there (nothing is overwritten; bundles written before it stay).
absl::StatusOr<StarterReport> BuildStarterModels(const StarterOptions& options);

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_MODELS_H_
