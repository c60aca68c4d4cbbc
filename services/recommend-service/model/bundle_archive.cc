#include "services/recommend-service/model/bundle_archive.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

absl::Status NotInFolder(absl::string_view id) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("the model folder has no ", id, " any longer")),
      "MODEL_GONE");
}

// `id` is "name/version". NotInFolder() where the handle cannot give it.
template <typename Servable>
absl::StatusOr<std::shared_ptr<const Servable>> OpenVersion(
    const inference::ModelHandle<Servable>* handle, absl::string_view id, std::mutex& loading) {
  if (handle == nullptr) return NotInFolder(id);
  std::shared_ptr<const Servable> current = handle->Current();
  if (current != nullptr && current->id() == id) return current;
  std::int64_t version = 0;
  absl::string_view digits = id;
  if (!absl::ConsumePrefix(&digits, absl::StrCat(handle->name(), "/")) ||
      !absl::SimpleAtoi(digits, &version)) {
    return NotInFolder(id);
  }
  const std::unique_lock lock(loading, std::try_to_lock);
  if (!lock.owns_lock()) {
    return absl::ResourceExhaustedError("another replay loads a model; try again");
  }
  absl::StatusOr<std::shared_ptr<const Servable>> opened = handle->Open(version);
  if (absl::IsNotFound(opened.status())) return NotInFolder(id);
  return opened;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const CollaborativeModel>> BundleArchive::OpenFactorization(
    absl::string_view id) {
  return OpenVersion(factorization_, id, loading_);
}

absl::StatusOr<std::shared_ptr<const RankerVersion>> BundleArchive::OpenRanker(
    absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(std::shared_ptr<const inference::TabularModel> model,
                             OpenVersion(ranker_, id, loading_));
  return std::make_shared<const BundleRankerVersion>(std::move(model));
}

absl::StatusOr<std::shared_ptr<const SequenceModel>> BundleArchive::OpenSequence(
    absl::string_view id) {
  return OpenVersion(sequence_, id, loading_);
}

}  // namespace clientele::recommend
