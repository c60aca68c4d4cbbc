#include "services/qa-service/core/question_terms.h"

#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"

#include "common/text/normalization.h"
#include "common/text/search_terms.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

// Words that shape a question but say nothing about its topic.
constexpr absl::string_view kFunctionWords =
    "a about after again all also am an and any anyone anything are as at be because been before "
    "being but by can cannot could did do does doing done don else for from get give go got had "
    "has have having he hello help her here hers hey hi him his how i if in into is isn it its "
    "just kindly know let like ll make may me might mine more most much must my need no not now of "
    "off oh ok on once one only onto or other our ours out over please possible re s shall she "
    "should so some somebody someone something soon such t tell than thank thanks that the their "
    "them then there these they thing this those to too up us use using ve very want was way we "
    "were what when where which while who whom whose why will wish with within without won would "
    "yes yet you your yours m d "
    "的 了 吗 呢 吧 啊 我 你 您 他 她 它 我们 你们 您们 他们 咱们 是 是否 有 没有 有没有 在 和 与 "
    "及 或 或者 就 都 也 还 很 要 想 会 能 可 可以 能否 可否 能不能 可不可以 请 请问 问 问一下 "
    "一下 怎么 怎样 怎么样 怎么办 如何 什么 为什么 为何 何时 什么时候 哪 哪里 哪儿 哪些 哪个 "
    "谁 多少 几 吗 这 那 这个 那个 这些 那些 把 被 给 对 从 到 向 用 以 而 但 但是 如果 因为 "
    "所以 应该 应当 需要 想要 希望 知道 告诉 帮 帮忙 帮我 谢谢 你好 您好 一个 个 么 吗 之 于 "
    "我的 你的 您的 的是 是什 我想 我要 想问 问问 么样 是不 不是 有什 什么是";

// As written and as search terms, which have no suffixes.
const absl::flat_hash_set<std::string>& FunctionWords() {
  static const auto* words = [] {
    auto* set = new absl::flat_hash_set<std::string>;
    for (const absl::string_view word : absl::StrSplit(kFunctionWords, ' ', absl::SkipEmpty())) {
      set->insert(std::string(word));
      for (std::string& term : text::SearchTerms(word)) set->insert(std::move(term));
    }
    return set;
  }();
  return *words;
}

bool IsFunctionWord(absl::string_view term) { return FunctionWords().contains(term); }

}  // namespace

std::vector<std::string> QuestionTerms(absl::string_view question) {
  std::vector<std::string> terms;
  absl::flat_hash_set<std::string> seen;
  for (std::string& term : text::SearchTerms(question)) {
    if (IsFunctionWord(term) || !seen.insert(term).second) continue;
    terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<ContentWord> ContentWords(absl::string_view question) {
  const std::string normal = text::Normalize(question);
  std::vector<ContentWord> words;
  absl::flat_hash_set<std::string> seen;
  for (const text::Segment& segment : text::Words(normal)) {
    const absl::string_view written = text::TextOf(normal, segment);
    if (IsFunctionWord(written)) continue;
    std::vector<std::string> terms = text::SearchTerms(written);
    if (terms.empty() || IsFunctionWord(terms.front())) continue;
    if (!seen.insert(terms.front()).second) continue;
    ContentWord word{.term = std::move(terms.front())};
    word.pairs.assign(std::make_move_iterator(terms.begin() + 1),
                      std::make_move_iterator(terms.end()));
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace clientele::qa
