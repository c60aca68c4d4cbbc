#include "services/qa-service/training/reader/bundle_reader.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::qa {
namespace {

bool HasPassage(const inference::TokenizedPair& pair) {
  return std::find(pair.sequences.begin(), pair.sequences.end(), 1) != pair.sequences.end();
}

}  // namespace

absl::StatusOr<std::unique_ptr<BundleReader>> BundleReader::Open(
    const std::filesystem::path& folder) {
  CLIENTELE_ASSIGN_OR_RETURN(auto loaded,
                             OpenTextBundle(folder, model::v1::TASK_TEXT_READER, "reader"));
  CLIENTELE_ASSIGN_OR_RETURN(auto model, inference::TextReaderModel::Open(std::move(loaded)));
  return std::unique_ptr<BundleReader>(new BundleReader(std::move(model)));
}

absl::StatusOr<PassageSpans> BundleReader::Read(const RequestContext&, absl::string_view question,
                                                absl::Span<const std::string> passages) const {
  const inference::LoadedModel& loaded = model_->loaded();
  const auto limit = static_cast<std::size_t>(loaded.manifest().limits().max_tokens());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string asked,
                             CutToTokens(*loaded.tokenizer()->trained(), question, limit / 2));
  std::vector<std::string> keys;
  std::vector<std::size_t> unknown;
  std::vector<inference::TokenizedPair> pairs;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    keys.push_back(absl::StrCat(asked, std::string(1, '\0'), passages[i]));
    if (known_.contains(keys.back())) continue;
    CLIENTELE_ASSIGN_OR_RETURN(inference::TokenizedPair pair,
                               inference::TokenizePair(loaded, asked, passages[i]));
    if (!HasPassage(pair)) {
      known_[keys.back()].margin = -std::numeric_limits<double>::infinity();
      continue;
    }
    unknown.push_back(i);
    pairs.push_back(std::move(pair));
  }
  if (!pairs.empty()) {
    std::vector<const inference::TokenizedPair*> pointers;
    pointers.reserve(pairs.size());
    for (const inference::TokenizedPair& pair : pairs) pointers.push_back(&pair);
    CLIENTELE_ASSIGN_OR_RETURN(const auto spans, model_->Compute(pointers));
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      const inference::PassageAnswer answer =
          inference::AnswerInPassage(spans[i], pairs[i].offsets, passages[unknown[i]]);
      known_[keys[unknown[i]]] = {answer.begin, answer.end, answer.margin};
    }
  }
  PassageSpans read = {.model_id = model_->id(), .fitted = model_->fitted()};
  for (const std::string& key : keys) read.spans.push_back(known_.at(key));
  return read;
}

}  // namespace clientele::qa
