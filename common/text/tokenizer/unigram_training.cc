#include "common/text/tokenizer/unigram_training.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <unicode/uchar.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/han.h"
#include "common/text/tokenizer/code_points.h"
#include "common/text/tokenizer/piece_merging.h"
#include "common/text/utf8.h"

namespace clientele::text {
namespace {

using nlohmann::ordered_json;

constexpr char kSpace[] = "\xE2\x96\x81";  // U+2581
constexpr std::size_t kBytes = 256;
constexpr std::size_t kFirstPiece = 3 + kBytes;
constexpr std::size_t kUnknownId = 2;

// Letters and the marks on them grow into words; what else there is stays by itself.
bool GrowsIntoWords(char32_t character) {
  const auto mask = U_GET_GC_MASK(static_cast<UChar32>(character));
  return (mask & (U_GC_L_MASK | U_GC_M_MASK)) != 0 && !IsHan(static_cast<UChar32>(character));
}

ordered_json Special(std::size_t id, const char* content) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

ordered_json TokenizerJson(ordered_json vocabulary) {
  ordered_json json;
  json["version"] = "1.0";
  json["added_tokens"] = {Special(kUnigramPaddingId, "<pad>"), Special(kUnigramEndId, "</s>"),
                          Special(kUnknownId, "<unk>")};
  json["normalizer"] = nullptr;
  const ordered_json metaspace = {{"type", "Metaspace"},
                                  {"replacement", kSpace},
                                  {"prepend_scheme", "always"},
                                  {"split", true}};
  json["pre_tokenizer"] = {{"type", "Sequence"},
                           {"pretokenizers",
                            {metaspace,
                             {{"type", "Digits"}, {"individual_digits", true}},
                             {{"type", "Split"},
                              {"pattern", {{"Regex", "\\p{Han}"}}},
                              {"behavior", "Isolated"},
                              {"invert", false}},
                             {{"type", "Punctuation"}, {"behavior", "Isolated"}}}}};
  json["post_processor"] = {
      {"type", "TemplateProcessing"},
      {"single",
       {{{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
        {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}}}},
      {"pair",
       {{{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
        {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}},
        {{"Sequence", {{"id", "B"}, {"type_id", 0}}}},
        {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}}}},
      {"special_tokens",
       {{"</s>", {{"id", "</s>"}, {"ids", {kUnigramEndId}}, {"tokens", {"</s>"}}}}}}};
  json["decoder"] = {{"type", "Sequence"}, {"decoders", {{{"type", "ByteFallback"}}, metaspace}}};
  json["model"] = {{"type", "Unigram"},
                   {"unk_id", kUnknownId},
                   {"byte_fallback", true},
                   {"vocab", std::move(vocabulary)}};
  return json;
}

}  // namespace

absl::Status UnigramTrainer::Add(absl::string_view text) {
  if (!IsValidUtf8(text)) return InvalidField("text", "must be UTF-8");
  std::string word = kSpace;
  const auto keep = [&] {
    if (!word.empty()) ++words_[word];
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t character = tokenization::NextCodePoint(text, at);
    if (character == U' ') {
      keep();
      word = kSpace;
    } else if (GrowsIntoWords(character)) {
      absl::StrAppend(&word, text.substr(begin, at - begin));
    } else {
      keep();
      absl::StrAppend(&word, text.substr(begin, at - begin));
      keep();
    }
  }
  keep();
  return absl::OkStatus();
}

absl::StatusOr<TrainedUnigram> UnigramTrainer::Train(const UnigramTrainingOptions& options) const {
  if (options.vocabulary <= kFirstPiece) {
    return InvalidField("vocabulary", absl::StrCat("must be more than ", kFirstPiece,
                                                   ", which are the bytes and special tokens"));
  }
  std::vector<std::pair<std::string, std::int64_t>> words(words_.begin(), words_.end());
  std::sort(words.begin(), words.end());
  std::vector<tokenization::CutWord> cut;
  cut.reserve(words.size());
  for (const auto& [word, count] : words) {
    cut.push_back({tokenization::CharactersOf(word), count});
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const tokenization::MergedPieces merged,
      tokenization::LearnPieces(
          cut, {},
          {.vocabulary = options.vocabulary - kFirstPiece, .min_count = options.min_count}));
  double total = 0;
  for (const std::int64_t count : merged.counts) total += static_cast<double>(count);
  ordered_json vocabulary = ordered_json::array();
  for (const char* special : {"<pad>", "</s>", "<unk>"}) vocabulary.push_back({special, 0.0});
  for (std::size_t byte = 0; byte < kBytes; ++byte) {
    vocabulary.push_back({absl::StrFormat("<0x%02X>", byte), 0.0});
  }
  for (std::size_t i = 0; i < merged.pieces.size(); ++i) {
    // A piece that went into larger ones alone still costs less than its parts do.
    const double count = std::max(static_cast<double>(merged.counts[i]), 0.5);
    vocabulary.push_back({merged.pieces[i], std::log(count / total)});
  }
  const std::size_t tokens = vocabulary.size();
  return TrainedUnigram{.json = TokenizerJson(std::move(vocabulary)).dump(1), .tokens = tokens};
}

}  // namespace clientele::text
