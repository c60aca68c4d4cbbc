#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_BUNDLE_TOKENIZER_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_BUNDLE_TOKENIZER_H_

// How text becomes the ids of a bundle's model: hashed n-grams, or a trained tokenizer whose
// files lie in the bundle.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto tokenizer, BundleTokenizer::Load(bundle));
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::int64_t> ids, tokenizer->Encode("Hello"));
//
// Immutable, thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/text/hashed_ngrams.h"
#include "common/text/tokenizer/tokenizer.h"

namespace clientele::inference {

class BundleTokenizer {
 public:
  // FAILED_PRECONDITION when the bundle has no tokenizer, or one that knows more ids than the
  // model; INVALID_ARGUMENT or DATA_LOSS when its files are wrong.
  static absl::StatusOr<std::unique_ptr<const BundleTokenizer>> Load(const ModelBundle& bundle);

  // Ids of a text, special tokens included, cut to limits.max_tokens; none for a text that is
  // empty but for special tokens. INVALID_ARGUMENT for text that is not UTF-8.
  absl::StatusOr<std::vector<std::int64_t>> Encode(absl::string_view text) const;

  // Ids of the lists of n-grams that stand behind those of Encode (Tokenizer.ngrams), list by list.
  // Never fails.
  std::vector<std::vector<std::int64_t>> EncodeNgrams(absl::string_view text) const;

  // Null for hashed n-grams.
  const text::Tokenizer* trained() const { return trained_.get(); }

 private:
  BundleTokenizer() = default;

  std::size_t max_tokens_ = 0;
  std::optional<text::HashedNgramTokenizer> hashed_;
  std::unique_ptr<const text::Tokenizer> trained_;
  std::vector<text::HashedNgramTokenizer> ngrams_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_BUNDLE_TOKENIZER_H_
