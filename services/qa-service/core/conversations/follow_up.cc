#include "services/qa-service/core/conversations/follow_up.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

#include "common/text/han_folding.h"
#include "common/text/language.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"
#include "services/qa-service/core/answering/wish.h"
#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {
namespace {

using WordList = std::vector<absl::string_view>;

constexpr std::size_t kTurnsLookedBack = 3;
// A previous question with fewer meaningful words takes those of the article's title along.
constexpr std::size_t kFewWords = 2;
constexpr std::size_t kMaxCarriedWords = 12;

bool IsOneOf(absl::string_view word, absl::string_view list) {
  return absl::StrContains(absl::StrCat(" ", list, " "), absl::StrCat(" ", word, " "));
}

constexpr absl::string_view kJoiners = "and or but also so then ok okay";
constexpr absl::string_view kPrepositions =
    "for to in with from without by on via within outside after before during";
constexpr absl::string_view kAsking =
    "how what when where which who whose why do does did is are was were can could will would "
    "should may might must have has had am shall what's how's where's i i'm my";
constexpr absl::string_view kBareQuestion = "how why when where which who what much many long soon";
// They point at something wherever they stand.
constexpr absl::string_view kPronouns = "it they them its their theirs";
// These do so at the end of a question; before a noun they only name it.
constexpr absl::string_view kFinalPronouns = "this that these those one ones there then same";
// Between clauses.
constexpr absl::string_view kClauses = "and or but when if because that";
// "does it take to return …": nothing is pointed at.
constexpr absl::string_view kAfterEmptyIt = "to if that when";

WordList SplitWords(absl::string_view normal) {
  WordList words;
  for (const text::Segment& segment : text::Words(normal)) {
    words.push_back(text::TextOf(normal, segment));
  }
  return words;
}

bool HasHan(absl::string_view text) { return text::DetectLanguage(text) == "zh"; }

std::size_t MeaningfulCount(absl::Span<const absl::string_view> words) {
  return static_cast<std::size_t>(std::count_if(
      words.begin(), words.end(), [](absl::string_view w) { return !ContentWords(w).empty(); }));
}

bool AnyOf(absl::Span<const absl::string_view> words, absl::string_view list) {
  return std::any_of(words.begin(), words.end(),
                     [&](absl::string_view word) { return IsOneOf(word, list); });
}

// Whether a clause ends between the first of the words and `next`, which follows them in one text.
bool EndsAClause(absl::Span<const absl::string_view> words, absl::string_view next) {
  const absl::string_view text(words.front().data(),
                               static_cast<std::size_t>(next.data() - words.front().data()));
  return text.find_first_of(",.;:!?") != absl::string_view::npos || AnyOf(words, kClauses);
}

bool PointsBack(absl::Span<const absl::string_view> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool anywhere = IsOneOf(words[i], kPronouns);
    const bool at_the_end = i + 1 == words.size() && IsOneOf(words[i], kFinalPronouns);
    if (!anywhere && !at_the_end) continue;
    // What it points at may stand before it in the same question: a verb alone does not.
    const auto before = words.subspan(0, i);
    const std::size_t named = MeaningfulCount(before);
    if (named >= 2 || (named == 1 && EndsAClause(before, words[i]))) return false;
    const auto after = words.subspan(i + 1);
    if (words[i] == "it" && MeaningfulCount(after) > 0 && AnyOf(after, kAfterEmptyIt)) return false;
    return MeaningfulCount(words) <= 3;
  }
  return false;
}

// The words of an English follow-up without what joins it to the question before; empty: it stands
// on its own.
WordList EnglishFollowUp(absl::string_view normal) {
  WordList words = SplitWords(normal);
  std::size_t begin = 0;
  while (begin < words.size() && IsOneOf(words[begin], kJoiners)) ++begin;
  const bool joined = begin > 0 && begin < words.size();
  WordList rest(words.begin() + static_cast<std::ptrdiff_t>(begin), words.end());
  if (rest.empty()) return {};
  if (rest.size() > 2 && (rest[0] == "what" || rest[0] == "how") && rest[1] == "about") {
    return WordList(rest.begin() + 2, rest.end());
  }
  if (IsOneOf(rest[0], kPrepositions) && rest.size() <= 6 && !AnyOf(rest, kAsking)) return rest;
  if (joined && !AnyOf(rest, kAsking) && MeaningfulCount(rest) > 0) return rest;
  if (MeaningfulCount(rest) == 0) {
    const bool bare = rest.size() <= 5 && IsOneOf(rest[0], kBareQuestion);
    return bare || PointsBack(rest) ? rest : WordList();
  }
  return PointsBack(rest) ? rest : WordList();
}

constexpr absl::string_view kChineseAsking[] = {
    "怎么", "如何", "多久", "多长", "多少", "什么", "哪", "几", "吗", "能不能", "可不可以", "是否"};
// What is left of a bare question when these are gone is what it names.
constexpr absl::string_view kChineseBare[] = {
    "请问", "那么", "多长时间", "多久", "多少钱", "多少", "什么时候", "为什么", "怎么办",
    "怎么", "如何", "大概",     "一般", "需要",   "可以", "能不能",   "什么",   "还有",
    "要",   "会",   "能",       "吗",   "呢",     "的",   "了",       "吧",     "是",
    "那",   "钱",   "时间",     "这个", "那个",   "它们", "它",       "这些",   "那些"};
constexpr absl::string_view kChinesePronouns[] = {"它", "这个", "那个", "这些", "那些", "这种"};

std::string WithoutMarks(absl::string_view normal) {
  std::string words;
  for (const absl::string_view word : SplitWords(normal)) absl::StrAppend(&words, word);
  return words;
}

bool NamesAny(absl::string_view text, absl::Span<const absl::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](absl::string_view p) { return absl::StrContains(text, p); });
}

// The part of a Chinese follow-up that names something, or the whole bare question; empty: it
// stands on its own.
std::string ChineseFollowUp(absl::string_view normal) {
  std::string question = WithoutMarks(normal);
  std::string named = question;
  for (const absl::string_view phrase : kChineseBare) {
    named = absl::StrReplaceAll(named, {{phrase, ""}});
  }
  const bool asks = NamesAny(question, kChineseAsking);
  const bool joined = absl::StartsWith(question, "那") || absl::StartsWith(question, "还有") ||
                      absl::StartsWith(question, "另外");
  const bool ends_open = absl::EndsWith(question, "呢");
  if (named.size() <= 3) return asks || ends_open ? question : "";  // one character
  if ((joined || ends_open) && !asks) return question;
  if (joined && ContentWords(question).size() <= 1) return question;
  if (NamesAny(question, kChinesePronouns) && ContentWords(question).size() <= 1) return question;
  return "";
}

// The meaningful words of a text as they are written, each once and none that `known` has.
void AddMeaningful(absl::string_view text, absl::flat_hash_set<std::string>& known,
                   std::vector<std::string>& words) {
  for (std::string& word : WrittenContentWords(text)) {
    if (words.size() == kMaxCarriedWords) return;
    const std::vector<ContentWord> content = ContentWords(word);
    if (content.empty() || !known.insert(content.front().term).second) continue;
    words.push_back(std::move(word));
  }
}

// The latest turn that was about something; null: there is none.
const Turn* Before(const std::vector<Turn>& turns) {
  std::size_t looked = 0;
  for (auto it = turns.rbegin(); it != turns.rend() && looked < kTurnsLookedBack; ++it, ++looked) {
    if (WishOf(it->question) == Wish::kPerson) continue;
    if (!ContentWords(it->search_text.empty() ? it->question : it->search_text).empty()) {
      return &*it;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> RewriteFollowUp(absl::string_view question,
                                           const std::vector<Turn>& turns) {
  const Turn* const before = Before(turns);
  if (before == nullptr || WishOf(question) == Wish::kPerson) return std::nullopt;
  const std::string normal = text::Normalize(text::FoldHan(question));
  const std::string asked =
      HasHan(normal) ? ChineseFollowUp(normal) : absl::StrJoin(EnglishFollowUp(normal), " ");
  if (asked.empty()) return std::nullopt;

  absl::flat_hash_set<std::string> known;
  for (const ContentWord& word : ContentWords(asked)) known.insert(word.term);
  std::vector<std::string> carried;
  AddMeaningful(before->search_text.empty() ? before->question : before->search_text, known,
                carried);
  if (carried.size() < kFewWords && before->state == AnswerState::kAnswered) {
    AddMeaningful(before->article_title, known, carried);
  }
  if (carried.empty()) return std::nullopt;
  return absl::StrCat(asked, " ", absl::StrJoin(carried, " "));
}

bool TooShortToTell(absl::string_view question) {
  return !HasHan(question) && text::Words(question).size() <= 2;
}

}  // namespace clientele::qa
