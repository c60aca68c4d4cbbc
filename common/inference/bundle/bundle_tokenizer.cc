#include "common/inference/bundle/bundle_tokenizer.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

absl::StatusOr<std::unique_ptr<text::Tokenizer>> LoadFiles(const ModelBundle& bundle) {
  const model::v1::Bundle& manifest = bundle.manifest();
  const std::string folder = absl::StrCat(manifest.tokenizer().files().folder(), "/");
  std::map<std::string, std::string> files;
  for (const model::v1::File& file : manifest.files()) {
    if (!absl::StartsWith(file.path(), folder)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(files[file.path().substr(folder.size())],
                               bundle.ReadFile(file.path()));
  }
  return text::Tokenizer::FromFiles(files);
}

text::HashedNgramTokenizer NgramTokenizer(const model::v1::HashedNgrams& ngrams,
                                          std::size_t max_tokens) {
  return text::HashedNgramTokenizer(
      {.buckets = ngrams.buckets(),
       .min_char_ngram = ngrams.min_char_ngram(),
       .max_char_ngram = ngrams.max_char_ngram(),
       .max_word_ngram = ngrams.max_word_ngram(),
       .max_tokens =
           ngrams.max_tokens() > 0 ? static_cast<std::size_t>(ngrams.max_tokens()) : max_tokens});
}

}  // namespace

absl::StatusOr<std::unique_ptr<const BundleTokenizer>> BundleTokenizer::Load(
    const ModelBundle& bundle) {
  const model::v1::Bundle& manifest = bundle.manifest();
  std::unique_ptr<BundleTokenizer> tokenizer(new BundleTokenizer());
  tokenizer->max_tokens_ = static_cast<std::size_t>(manifest.limits().max_tokens());
  tokenizer->ngrams_.reserve(static_cast<std::size_t>(manifest.tokenizer().ngrams_size()));
  for (const model::v1::HashedNgrams& list : manifest.tokenizer().ngrams()) {
    tokenizer->ngrams_.push_back(NgramTokenizer(list, tokenizer->max_tokens_));
  }
  if (manifest.tokenizer().has_hashed_ngrams()) {
    tokenizer->hashed_.emplace(
        NgramTokenizer(manifest.tokenizer().hashed_ngrams(), tokenizer->max_tokens_));
    return tokenizer;
  }
  if (manifest.tokenizer().files().max_tokens() > 0) {
    tokenizer->max_tokens_ = static_cast<std::size_t>(manifest.tokenizer().files().max_tokens());
  }
  if (!manifest.tokenizer().has_files()) {
    return absl::FailedPreconditionError(
        "the bundle has no tokenizer: import the checkpoint with its tokenizer files beside it");
  }
  CLIENTELE_ASSIGN_OR_RETURN(tokenizer->trained_, LoadFiles(bundle));
  const std::int64_t vocabulary = manifest.limits().vocabulary();
  if (vocabulary > 0 && tokenizer->trained_->vocab_size() > vocabulary) {
    return absl::FailedPreconditionError(
        absl::StrCat("the tokenizer has ids up to ", tokenizer->trained_->vocab_size() - 1,
                     ", the model up to ", vocabulary - 1, ": they are not of one checkpoint"));
  }
  return tokenizer;
}

absl::StatusOr<std::vector<std::int64_t>> BundleTokenizer::Encode(absl::string_view text) const {
  if (hashed_) return hashed_->Encode(text);
  CLIENTELE_ASSIGN_OR_RETURN(text::Encoding encoding,
                             trained_->Encode(text, {.max_tokens = max_tokens_}));
  const bool empty = std::all_of(encoding.sequences.begin(), encoding.sequences.end(),
                                 [](std::int8_t sequence) { return sequence < 0; });
  if (empty) return std::vector<std::int64_t>();
  return std::move(encoding.ids);
}

std::vector<std::vector<std::int64_t>> BundleTokenizer::EncodeNgrams(absl::string_view text) const {
  std::vector<std::vector<std::int64_t>> lists;
  lists.reserve(ngrams_.size());
  for (const text::HashedNgramTokenizer& list : ngrams_) lists.push_back(list.Encode(text));
  return lists;
}

}  // namespace clientele::inference
