#include "services/qa-service/model/encoder_embedder.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<EmbeddedTexts> EncoderEmbedder::Embed(const RequestContext& context,
                                                     absl::Span<const std::string> texts) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeWithId(context, texts));
  return EmbeddedTexts{std::move(encoded.model_id), std::move(encoded.rows)};
}

}  // namespace clientele::qa
