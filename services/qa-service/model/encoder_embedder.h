#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_ENCODER_EMBEDDER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_ENCODER_EMBEDDER_H_

#include <string>

#include "common/inference/tasks/text_encoder.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

// Texts through the TEXT_ENCODER that serves now. Thread-safe.
class EncoderEmbedder final : public TextEmbedder {
 public:
  // Borrowed; outlives the embedder.
  explicit EncoderEmbedder(const inference::TextEncoder* encoder) : encoder_(encoder) {}

  std::string model_id() const override { return encoder_->model_id(); }
  std::string candidate_id() const override { return encoder_->candidate_id(); }
  bool CanEmbed(const std::string& id) const override { return encoder_->CanEncodeBy(id); }
  absl::StatusOr<EmbeddedTexts> Embed(const RequestContext& context,
                                      absl::Span<const std::string> texts) const override;
  absl::StatusOr<EmbeddedTexts> EmbedQuestion(const RequestContext& context,
                                              const std::string& question) const override;
  absl::StatusOr<EmbeddedTexts> EmbedBy(const RequestContext& context, const std::string& id,
                                        absl::Span<const std::string> texts) const override;
  absl::StatusOr<EmbeddedTexts> EmbedQuestionBy(const RequestContext& context,
                                                const std::string& id,
                                                const std::string& question) const override;

 private:
  const inference::TextEncoder* const encoder_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_ENCODER_EMBEDDER_H_
