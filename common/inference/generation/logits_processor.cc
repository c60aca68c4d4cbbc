#include "common/inference/generation/logits_processor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/generation/logits.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using Ids = absl::Span<const std::int64_t>;

constexpr double kLeastPenalty = 0.01;
constexpr double kMaxPenalty = 100;
constexpr std::int64_t kMaxNgram = 1024;

// nullptr for an id outside the vocabulary.
float* ScoreOf(std::int64_t id, absl::Span<float> scores) {
  if (id < 0 || id >= static_cast<std::int64_t>(scores.size())) return nullptr;
  return &scores[static_cast<std::size_t>(id)];
}

void Forbid(Ids ids, absl::Span<float> scores) {
  for (const std::int64_t id : ids) {
    if (float* score = ScoreOf(id, scores)) *score = kForbidden;
  }
}

// All but `ids`, which become certain.
void Force(Ids ids, absl::Span<float> scores) {
  std::fill(scores.begin(), scores.end(), kForbidden);
  for (const std::int64_t id : ids) {
    if (float* score = ScoreOf(id, scores)) *score = 0;
  }
}

// Each id once, however often the history has it.
void Penalize(std::vector<std::int64_t> history, double penalty, absl::Span<float> scores) {
  std::sort(history.begin(), history.end());
  history.erase(std::unique(history.begin(), history.end()), history.end());
  const auto factor = static_cast<float>(penalty);
  for (const std::int64_t id : history) {
    if (float* score = ScoreOf(id, scores)) *score = *score < 0 ? *score * factor : *score / factor;
  }
}

// What has followed the history's last size - 1 ids before.
void ForbidRepeated(Ids history, std::size_t size, absl::Span<float> scores) {
  if (history.size() < size) return;
  const Ids last = history.subspan(history.size() - (size - 1));
  for (std::size_t begin = 0; begin + size <= history.size(); ++begin) {
    if (history.subspan(begin, size - 1) == last) Forbid({history[begin + size - 1]}, scores);
  }
}

void ForbidLastOf(Ids words, Ids history, absl::Span<float> scores) {
  const std::size_t begun = words.size() - 1;
  if (history.size() < begun) return;
  if (history.subspan(history.size() - begun) == words.subspan(0, begun)) {
    Forbid({words.back()}, scores);
  }
}

}  // namespace

absl::Status Check(const LogitsRules& rules) {
  if (!(rules.repetition_penalty >= kLeastPenalty && rules.repetition_penalty <= kMaxPenalty)) {
    return InvalidField("repetition_penalty",
                        absl::StrCat("must be in [", kLeastPenalty, ", ", kMaxPenalty, "]"));
  }
  if (rules.no_repeat_ngram_size < 0 || rules.no_repeat_ngram_size > kMaxNgram) {
    return InvalidField("no_repeat_ngram_size", absl::StrCat("must be in [0, ", kMaxNgram, "]"));
  }
  for (const auto& words : rules.bad_words) {
    if (words.empty()) return InvalidField("bad_words", "must each have a token");
  }
  if (rules.min_new_tokens < 0) return InvalidField("min_new_tokens", "must not be negative");
  return absl::OkStatus();
}

LogitsProcessor::LogitsProcessor(LogitsRules rules, std::vector<std::int64_t> before,
                                 std::vector<std::int64_t> end_ids, std::int64_t max_new_tokens)
    : rules_(std::move(rules)),
      before_(std::move(before)),
      end_ids_(std::move(end_ids)),
      max_new_tokens_(max_new_tokens) {}

bool LogitsProcessor::Applies(std::size_t generated) const {
  const auto count = static_cast<std::int64_t>(generated);
  return rules_.repetition_penalty != 1 || rules_.no_repeat_ngram_size > 0 ||
         !rules_.bad_words.empty() || !rules_.suppress_ids.empty() ||
         count < rules_.min_new_tokens ||
         (rules_.forced_bos_id && before_.size() + generated == 1) ||
         (!rules_.forced_eos_ids.empty() && count == max_new_tokens_ - 1) ||
         (!rules_.begin_suppress_ids.empty() && generated <= 1);
}

absl::Status LogitsProcessor::Process(Ids generated, absl::Span<float> scores) const {
  std::vector<std::int64_t> history = before_;
  history.insert(history.end(), generated.begin(), generated.end());
  const auto count = static_cast<std::int64_t>(generated.size());

  if (rules_.repetition_penalty != 1) Penalize(history, rules_.repetition_penalty, scores);
  if (rules_.no_repeat_ngram_size > 0) {
    ForbidRepeated(history, static_cast<std::size_t>(rules_.no_repeat_ngram_size), scores);
  }
  for (const auto& words : rules_.bad_words) {
    const bool ends = words.size() == 1 &&
                      std::find(end_ids_.begin(), end_ids_.end(), words[0]) != end_ids_.end();
    if (!ends) ForbidLastOf(words, history, scores);
  }
  if (count < rules_.min_new_tokens) Forbid(end_ids_, scores);
  if (rules_.forced_bos_id && history.size() == 1) Force({*rules_.forced_bos_id}, scores);
  if (!rules_.forced_eos_ids.empty() && count == max_new_tokens_ - 1) {
    Force(rules_.forced_eos_ids, scores);
  }
  Forbid(rules_.suppress_ids, scores);
  const bool bos_first = rules_.forced_bos_id && before_.size() == 1;
  if (count == (bos_first ? 1 : 0)) Forbid(rules_.begin_suppress_ids, scores);

  const bool any =
      std::any_of(scores.begin(), scores.end(), [](float score) { return score != kForbidden; });
  if (any) return absl::OkStatus();
  return absl::InvalidArgumentError("the rules of this generation forbid every token");
}

}  // namespace clientele::inference
