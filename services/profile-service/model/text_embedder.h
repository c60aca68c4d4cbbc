#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_TEXT_EMBEDDER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_TEXT_EMBEDDER_H_

#include <string>

#include "common/inference/tasks/text_encoder.h"
#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile {

// Texts through the TEXT_ENCODER that is served now.
class EncoderTextEmbedder final : public TextEmbedder {
 public:
  // Borrowed; outlives the embedder.
  explicit EncoderTextEmbedder(const inference::TextEncoder* encoder) : encoder_(encoder) {}

  absl::StatusOr<TextVectors> Embed(const RequestContext& context,
                                    absl::Span<const std::string> texts) override;
  std::string model_id() const override { return encoder_->model_id(); }

 private:
  const inference::TextEncoder* const encoder_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_TEXT_EMBEDDER_H_
