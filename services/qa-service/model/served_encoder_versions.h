#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_ENCODER_VERSIONS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_ENCODER_VERSIONS_H_

#include <string>

#include "common/inference/tasks/text_encoder.h"
#include "common/inference/versions/model_handle.h"
#include "services/qa-service/core/upgrades/encoder_versions.h"

namespace clientele::qa {

// The versions of a handle that holds upgrades (ModelHandleOptions::hold). Thread-safe.
class ServedEncoderVersions final : public EncoderVersions {
 public:
  using Handle = inference::ModelHandle<inference::TextEncoderModel>;

  // Borrowed; outlives this.
  explicit ServedEncoderVersions(Handle* handle) : handle_(handle) {}

  std::string serving() const override;
  std::string candidate() const override;
  bool candidate_is_older() const override;
  void Admit(const std::string& id) override;
  void Refuse(const std::string& id, const std::string& reason) override;
  void Reconsider(const std::string& id) override;
  void Release() override;

 private:
  // The version of "name/version"; 0 for another encoder's.
  std::int64_t VersionOf(const std::string& id) const;

  Handle* const handle_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_ENCODER_VERSIONS_H_
