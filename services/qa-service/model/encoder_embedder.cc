#include "services/qa-service/model/encoder_embedder.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {

using inference::TextRole;

namespace {

EmbeddedTexts EmbeddedOf(inference::EncodedTexts encoded) {
  return {std::move(encoded.model_id), std::move(encoded.rows), encoded.lexical_weight,
          std::move(encoded.fitted)};
}

}  // namespace

absl::StatusOr<EmbeddedTexts> EncoderEmbedder::Embed(const RequestContext& context,
                                                     absl::Span<const std::string> texts) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeWithId(context, texts, TextRole::kDocument));
  return EmbeddedOf(std::move(encoded));
}

absl::StatusOr<EmbeddedTexts> EncoderEmbedder::EmbedQuestion(const RequestContext& context,
                                                             const std::string& question) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeWithId(context, {question}, TextRole::kQuery));
  return EmbeddedOf(std::move(encoded));
}

absl::StatusOr<EmbeddedTexts> EncoderEmbedder::EmbedBy(const RequestContext& context,
                                                       const std::string& id,
                                                       absl::Span<const std::string> texts) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeBy(context, id, texts, TextRole::kDocument));
  return EmbeddedOf(std::move(encoded));
}

absl::StatusOr<EmbeddedTexts> EncoderEmbedder::EmbedQuestionBy(const RequestContext& context,
                                                               const std::string& id,
                                                               const std::string& question) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeBy(context, id, {question}, TextRole::kQuery));
  return EmbeddedOf(std::move(encoded));
}

}  // namespace clientele::qa
