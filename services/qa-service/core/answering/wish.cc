#include "services/qa-service/core/answering/wish.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

using WordSet = absl::flat_hash_set<absl::string_view>;

// Who is meant by someone who wants no machine.
const WordSet& Persons() {
  static const auto* const words = new WordSet{
      "human",   "humans",  "person",   "agent",      "agents",          "representative",
      "rep",     "reps",    "operator", "operators",  "representatives", "advisor",
      "adviser", "someone", "somebody", "supervisor", "manager",         "employee"};
  return *words;
}
// Nobody is named only by the way.
const WordSet& ClearPersons() {
  static const auto* const words = new WordSet{"human", "agent", "representative", "operator"};
  return *words;
}
const WordSet& VerbsOfContact() {
  static const auto* const words = new WordSet{
      "talk",    "talking", "speak", "speaking", "chat", "chatting", "connect", "transfer", "reach",
      "contact", "call",    "get",   "want",     "need", "give",     "put",     "escalate", "find"};
  return *words;
}
// Of these the object alone does not say it: "I need a person added to my account".
const WordSet& WeakVerbs() {
  static const auto* const words =
      new WordSet{"get", "want", "need", "give", "put", "find", "call"};
  return *words;
}
// Words around a wish; what is left beside them makes a question of it.
const WordSet& Fillers() {
  static const auto* const words = new WordSet{
      "a",        "an",       "the",     "i",     "me",   "my",    "please", "can",  "could",
      "may",      "you",      "to",      "with",  "real", "live",  "actual", "now",  "want",
      "need",     "like",     "would",   "d",     "let",  "hi",    "hello",  "hey",  "just",
      "some",     "right",    "thanks",  "am",    "is",   "it",    "m",      "wish", "must",
      "at",       "once",     "through", "about", "this", "there", "your",   "from", "service",
      "customer", "support",  "team",    "human", "i'd",  "i'm",   "how",    "do",   "way",
      "able",     "possible", "be"};
  return *words;
}

constexpr absl::string_view kChinesePhrases[] = {
    "转人工", "人工客服", "人工服务", "人工坐席", "找人工",   "要人工", "接人工",
    "真人",   "联系人工", "转接客服", "转客服",   "找客服",   "叫客服", "换个人",
    "人工帮", "跟人工",   "和人工",   "人工处理", "人工接待", "叫人工"};

std::vector<absl::string_view> WordsOf(const std::string& normal) {
  std::vector<absl::string_view> words;
  for (const text::Segment& segment : text::Words(normal)) {
    words.push_back(text::TextOf(normal, segment));
  }
  return words;
}

bool WantsPerson(const std::vector<absl::string_view>& words) {
  std::size_t persons = 0, clear_persons = 0, verbs = 0, weak_verbs = 0, others = 0;
  for (const absl::string_view word : words) {
    if (Persons().contains(word)) {
      ++persons;
      clear_persons += ClearPersons().contains(word) ? 1 : 0;
    } else if (VerbsOfContact().contains(word)) {
      ++verbs;
      weak_verbs += WeakVerbs().contains(word) ? 1 : 0;
    } else if (!Fillers().contains(word)) {
      ++others;
    }
  }
  if (persons == 0) return false;
  if (verbs > weak_verbs) return others <= 3;
  if (verbs > 0) return clear_persons > 0 && others <= 1;
  return clear_persons > 0 && others == 0;
}

}  // namespace

Wish WishOf(absl::string_view message) {
  const std::string normal = text::Normalize(text::FoldHan(message));
  if (std::any_of(std::begin(kChinesePhrases), std::end(kChinesePhrases),
                  [&](absl::string_view phrase) { return absl::StrContains(normal, phrase); }) ||
      normal == "人工") {
    return Wish::kPerson;
  }
  return WantsPerson(WordsOf(normal)) ? Wish::kPerson : Wish::kAnswer;
}

std::string PersonComes(absl::string_view language) {
  return language == "zh" ? "好的，我们会请一位同事来帮助您。"
                          : "A colleague of ours will take over and help you.";
}

std::string PersonComesForComplaint(absl::string_view language) {
  return language == "zh" ? "非常抱歉给您带来不便，我们会请一位同事来帮助您。"
                          : "We are sorry about this. A colleague of ours will take over and help "
                            "you.";
}

}  // namespace clientele::qa
