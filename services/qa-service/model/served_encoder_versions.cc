#include "services/qa-service/model/served_encoder_versions.h"

#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace clientele::qa {
namespace {

std::string IdOfModel(const std::shared_ptr<const inference::TextEncoderModel>& model) {
  return model == nullptr ? "" : model->id();
}

}  // namespace

std::int64_t ServedEncoderVersions::VersionOf(const std::string& id) const {
  absl::string_view version = id;
  std::int64_t number = 0;
  if (!absl::ConsumePrefix(&version, absl::StrCat(handle_->name(), "/")) ||
      !absl::SimpleAtoi(version, &number)) {
    return 0;
  }
  return number;
}

std::string ServedEncoderVersions::serving() const { return IdOfModel(handle_->Current()); }

std::string ServedEncoderVersions::candidate() const { return IdOfModel(handle_->Candidate()); }

bool ServedEncoderVersions::candidate_is_older() const {
  return VersionOf(candidate()) < VersionOf(serving());
}

void ServedEncoderVersions::Admit(const std::string& id) {
  if (const std::int64_t version = VersionOf(id); version > 0) handle_->Admit(version);
}

void ServedEncoderVersions::Refuse(const std::string& id, const std::string& reason) {
  if (const std::int64_t version = VersionOf(id); version > 0) handle_->Refuse(version, reason);
}

void ServedEncoderVersions::Reconsider(const std::string& id) {
  if (const std::int64_t version = VersionOf(id); version > 0) handle_->Reconsider(version);
}

void ServedEncoderVersions::Release() { handle_->Release(); }

}  // namespace clientele::qa
