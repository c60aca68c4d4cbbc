#include "services/profile-service/model/text_embedder.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::profile {

absl::StatusOr<TextVectors> EncoderTextEmbedder::Embed(const RequestContext& context,
                                                       absl::Span<const std::string> texts) {
  CLIENTELE_ASSIGN_OR_RETURN(inference::EncodedTexts encoded,
                             encoder_->EncodeWithId(context, texts));
  return TextVectors{std::move(encoded.model_id), std::move(encoded.rows)};
}

}  // namespace clientele::profile
