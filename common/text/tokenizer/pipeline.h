#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_PIPELINE_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_PIPELINE_H_

// The parts of a tokenizer, whatever files they come from. All but the model may be missing.

#include <memory>

#include "common/text/tokenizer/added_tokens.h"
#include "common/text/tokenizer/decoder.h"
#include "common/text/tokenizer/model.h"
#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/post_processor.h"
#include "common/text/tokenizer/pre_tokenizer.h"

namespace clientele::text::tokenization {

struct Pipeline {
  std::unique_ptr<Normalizer> normalizer;
  std::unique_ptr<PreTokenizer> pre_tokenizer;
  std::unique_ptr<Model> model;
  std::unique_ptr<PostProcessor> post_processor;
  std::unique_ptr<Decoder> decoder;
  AddedTokens added_tokens;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_PIPELINE_H_
