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

}  // namespace

absl::StatusOr<std::unique_ptr<const BundleTokenizer>> BundleTokenizer::Load(
    const ModelBundle& bundle) {
  const model::v1::Bundle& manifest = bundle.manifest();
  std::unique_ptr<BundleTokenizer> tokenizer(new BundleTokenizer());
  tokenizer->max_tokens_ = static_cast<std::size_t>(manifest.limits().max_tokens());
  if (manifest.tokenizer().has_hashed_ngrams()) {
    const model::v1::HashedNgrams& ngrams = manifest.tokenizer().hashed_ngrams();
    tokenizer->hashed_.emplace(text::HashedNgramOptions{.buckets = ngrams.buckets(),
                                                        .min_char_ngram = ngrams.min_char_ngram(),
                                                        .max_char_ngram = ngrams.max_char_ngram(),
                                                        .max_word_ngram = ngrams.max_word_ngram(),
                                                        .max_tokens = tokenizer->max_tokens_});
    return tokenizer;
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

}  // namespace clientele::inference
