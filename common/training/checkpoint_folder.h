#ifndef CLIENTELE_COMMON_TRAINING_CHECKPOINT_FOLDER_H_
#define CLIENTELE_COMMON_TRAINING_CHECKPOINT_FOLDER_H_

// Files that let a training go on after a cut, on disk whole or not at all.
//
//   const CheckpointFolder folder(work / "training-17");
//   CLIENTELE_RETURN_IF_ERROR(folder.Write(step, {{"state.json", json}, {"tensors.pt", bytes}}));
//   ...
//   CLIENTELE_ASSIGN_OR_RETURN(const auto files, folder.ReadNewest());
//
// Each checkpoint is a folder <step> with a list of its files' SHA-256; it is written beside,
// flushed and renamed, then the older ones are removed. A checkpoint holds what the training
// learned from: it lies where customers' data may lie. The hashes find damage, not forgery: give
// the folder to nobody else.
//
// One writer at a time; reading is thread-safe.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace clientele::training {

// Contents by name; a name is letters, digits, '.', '-' and '_'.
using CheckpointFiles = std::map<std::string, std::string>;

class CheckpointFolder {
 public:
  // The folder is made by the first Write.
  explicit CheckpointFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // INVALID_ARGUMENT for a wrong name or a negative step; INTERNAL when the disk fails, and the
  // older checkpoint is still there.
  absl::Status Write(std::int64_t step, const CheckpointFiles& files) const;

  // The checkpoint of the greatest step; empty when there is none. DATA_LOSS that names the file
  // where one is missing, changed or cut short: nothing goes on from there, and Clear starts anew.
  absl::StatusOr<std::optional<CheckpointFiles>> ReadNewest() const;

  // Removes all checkpoints, and what writers that were killed left.
  absl::Status Clear() const;

 private:
  const std::filesystem::path path_;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_CHECKPOINT_FOLDER_H_
