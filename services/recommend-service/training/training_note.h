#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_TRAINING_NOTE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_TRAINING_NOTE_H_

// The report of a training inside the bundle that it made. Bundle and report appear at once, so a
// training whose process died after that, and which another process begins again, is found done.
//
//   bundles.Publish(id, module, manifest, {NoteOf(report)}, golden);
//   ...
//   if (auto report = FindNote(model_dir, "factorization", "operations/17")) return *report;
//
// Thread-safe.

#include <filesystem>
#include <optional>

#include "absl/strings/string_view.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

inline constexpr char kTrainingNoteFile[] = "training.json";

inference::BundleFile NoteOf(const TrainingReport& report);

// The report of the training of this name among the versions of a bundle, published or kept aside;
// nullopt where there is none, also for an empty name. Files that are not notes are passed over.
std::optional<TrainingReport> FindNote(const std::filesystem::path& model_dir,
                                       absl::string_view bundle, absl::string_view training);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_TRAINING_NOTE_H_
