#include "common/text/tokenizer/vocabulary_json.h"

#include <cstdint>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::text::tokenization {

absl::StatusOr<Vocabulary> ReadVocabulary(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  Vocabulary vocabulary;
  for (const auto& [token, id] : field.value().items()) {
    if (!id.is_number_integer() ||
        (id.is_number_unsigned() && id.get<std::uint64_t>() > std::uint64_t{kMaxTokenId})) {
      return field.Error(absl::StrCat("the id of \"",
                                      absl::Utf8SafeCHexEscape(token.substr(0, 100)),
                                      "\" must be a whole number in [0, ", kMaxTokenId, ")"));
    }
    CLIENTELE_RETURN_IF_ERROR(field.About(vocabulary.Add(token, id.get<std::int64_t>())));
  }
  return vocabulary;
}

}  // namespace clientele::text::tokenization
