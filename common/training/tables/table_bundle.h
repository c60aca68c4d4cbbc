#ifndef CLIENTELE_COMMON_TRAINING_TABLES_TABLE_BUNDLE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_TABLE_BUNDLE_H_

// A model of tables as a bundle of task TABULAR that reads anyone's CSV again: beside the module
// there are `features.json`, the names of its columns, and `categories.json`, the vocabulary of
// each that is categorical. Bins and scalers are in the module.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const fs::path folder,
//                              WriteTableBundle(model.module, encoder, {.out = "models",
//                                                                       .name = "churn"}));
//   CLIENTELE_ASSIGN_OR_RETURN(const TableBundle bundle, OpenTableBundle(folder));
//   CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows, bundle.encoder.Encode(frame));
//
// A vocabulary holds categories of two rows or more alone, so that a column of names or ids that
// was left in by mistake does not stand in the bundle.
//
// Functions are thread-safe.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"
#include "common/frame/row_matrix.h"
#include "common/inference/torchscript/bundle_writer.h"

namespace clientele::training {

inline constexpr char kTableFeaturesFile[] = "features.json";
inline constexpr char kTableCategoriesFile[] = "categories.json";
inline constexpr char kModelCardFile[] = "MODEL_CARD.md";

struct TableBundleOptions {
  std::filesystem::path out = {};  // model folder
  std::string name = {};
  std::string version = {};  // empty: one more than the newest
  std::string architecture = {};
  std::string license = {};
  std::string description = {};
  std::vector<std::string> labels = {};  // of the classes
  std::map<std::string, double> metrics = {};
  std::map<std::string, std::string> settings = {};
  std::string card = {};  // Markdown; empty: no file
  std::int64_t predictions = 1;
  std::int64_t margins = 1;
  const crypto::SigningKey* key = nullptr;  // null: unsigned
};

// Writes <out>/<name>/<version> and returns it; bundle_writer.h's errors.
absl::StatusOr<std::filesystem::path> WriteTableBundle(const torch::jit::Module& module,
                                                       const frame::RowEncoder& encoder,
                                                       const TableBundleOptions& options);

struct TableBundle {
  std::filesystem::path folder;
  frame::RowEncoder encoder;
  torch::jit::Module module;
  std::int64_t predictions = 1;
  std::int64_t margins = 1;
  std::map<std::string, std::string> settings = {};
};

// Of a bundle's folder, signed or not; of a folder NAME or of a model folder with one name, the
// newest version. INVALID_ARGUMENT for another task, or files that are not as above.
absl::StatusOr<TableBundle> OpenTableBundle(const std::filesystem::path& path);

// Vocabulary options for a table of so many rows.
frame::VocabularyOptions TableVocabulary(std::size_t rows);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_TABLE_BUNDLE_H_
