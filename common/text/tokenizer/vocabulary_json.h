#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_JSON_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_JSON_H_

#include "absl/status/statusor.h"

#include "common/text/tokenizer/json_field.h"
#include "common/text/tokenizer/vocabulary.h"

namespace clientele::text::tokenization {

// {"token": id, …}
absl::StatusOr<Vocabulary> ReadVocabulary(const JsonField& field);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_JSON_H_
