#include "services/qa-service/core/retrieval/question_terms.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/search_terms.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

// Words that shape a question but say little about its topic.
constexpr absl::string_view kFunctionWords =
    "a able about after again all already also although always am an and another any anybody "
    "anyone anything are as ask at away because been before being both but by came can cannot come "
    "comes could couldn did didn do does doesn doing don done during each else even ever every "
    "everything find for from get getting give given gives go goes going good got had hadn has "
    "hasn have haven having he hello help her here hers hey hi him his how i if in instead into is "
    "isn it its itself just keep kindly know let like ll long look made make makes many may me "
    "might "
    "mine more most much must my need needs never new no not nothing now of off oh ok okay on once "
    "one only onto or other our ours out over own please possible put rather re really s said say "
    "says see shall she should shouldn show since so some somebody someone something soon still "
    "such t take tell than thank thanks that the their them then there these they thing things "
    "think this those though to too try up upon us use used using ve very via want wants was wasn "
    "way we well went were what whatever when where whether which while who whom whose why will "
    "wish with within without won would wouldn yes yet you your yours d m "
    "的 了 吗 呢 吧 啊 嘛 呀 我 你 您 他 她 它 我们 你们 您们 他们 她们 咱们 是 是否 有 没有 "
    "有没有 "
    "在 和 与 及 或 或者 就 才 都 也 还 又 再 很 太 更 最 要 想 会 能 可 可以 能否 可否 能不能 "
    "可不可以 "
    "会不会 是不是 要不要 请 请问 问 问一下 一下 怎么 怎样 怎么样 怎么办 如何 什么 为什么 为何 "
    "何时 "
    "什么时候 哪 哪里 哪儿 哪些 哪个 谁 多少 几 几个 这 那 这个 那个 这些 那些 这样 那样 把 被 给 "
    "对 "
    "从 到 向 用 以 而 但 但是 却 如果 因为 所以 应该 应当 需要 想要 希望 知道 告诉 帮 帮忙 帮我 "
    "麻烦 "
    "谢谢 你好 您好 一个 一张 一份 一些 一次 个 只 不 没 去 来 上 下 里 中 内 外 前 后 时 之后 "
    "之前 "
    "么 之 于 着 过 得 地 好 该 自己 已经 一直 还是 关于 所有 全部 就是 不是 我是 不想 也想 都有 "
    "就有 "
    "有人 做 办 弄 拿 看 放 收 发 我的 你的 您的 的是 是什 我想 我要 想问 问问 么样 有什 什么是";

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

// "don't" and "I'd" as "don" and "i".
bool IsFunctionWord(absl::string_view term) {
  std::size_t end = term.find('\'');
  if (end == absl::string_view::npos) end = term.find("\xE2\x80\x99");  // a curly apostrophe
  return FunctionWords().contains(term.substr(0, end));
}

bool IsSingleHan(absl::string_view word) {
  // The ideographs in everyday use are three bytes of UTF-8 from E3 9x to E9.
  const auto lead = static_cast<unsigned char>(word.empty() ? 0 : word[0]);
  return word.size() == 3 && lead >= 0xE3 && lead <= 0xE9;
}

// The words of a normalized question, function words left out. Chinese words of one
// character that stand side by side are one word: the dictionary cuts "退货" as it
// likes.
std::vector<absl::string_view> MeaningfulWords(absl::string_view normal) {
  std::vector<absl::string_view> words;
  std::size_t run_end = absl::string_view::npos;  // where a run of single characters ends
  for (const text::Segment& segment : text::Words(normal)) {
    const absl::string_view word = text::TextOf(normal, segment);
    const bool single = IsSingleHan(word);
    if (IsFunctionWord(word)) {
      run_end = absl::string_view::npos;
    } else if (single && segment.begin == run_end) {
      const absl::string_view before = words.back();
      words.back() = absl::string_view(before.data(), before.size() + word.size());
      run_end = segment.end;
    } else {
      words.push_back(word);
      run_end = single ? segment.end : absl::string_view::npos;
    }
  }
  // One character alone says too little, and is no search term inside a run.
  words.erase(std::remove_if(words.begin(), words.end(), IsSingleHan), words.end());
  return words;
}

}  // namespace

void ForEachFunctionWord(absl::FunctionRef<void(absl::string_view)> use) {
  for (const std::string& word : FunctionWords()) use(word);
}

std::vector<std::string> QuestionTerms(absl::string_view question) {
  std::vector<std::string> terms;
  absl::flat_hash_set<std::string> seen;
  for (std::string& term : text::SearchTerms(question)) {
    if (IsFunctionWord(term) || !seen.insert(term).second) continue;
    terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<std::string> WrittenContentWords(absl::string_view question) {
  const std::string normal = text::Normalize(text::FoldHan(question));
  std::vector<std::string> words;
  absl::flat_hash_set<std::string> seen;
  for (const absl::string_view written : MeaningfulWords(normal)) {
    const std::vector<ContentWord> content = ContentWords(written);
    if (content.empty() || !seen.insert(content.front().term).second) continue;
    words.emplace_back(written);
  }
  return words;
}

std::vector<ContentWord> ContentWords(absl::string_view question) {
  const std::string normal = text::Normalize(text::FoldHan(question));
  std::vector<ContentWord> words;
  absl::flat_hash_set<std::string> seen;
  for (const absl::string_view written : MeaningfulWords(normal)) {
    std::vector<std::string> terms = text::SearchTerms(written);
    if (terms.empty() || IsFunctionWord(terms.front())) continue;
    ContentWord word;
    if (terms.size() == 1) {
      word.term = std::move(terms.front());
    } else {
      // The word itself and its pairs of characters, wherever a dictionary cuts.
      word.term = std::string(written);
      for (std::string& term : terms) {
        if (term != word.term && term.size() > 3) word.pairs.push_back(std::move(term));
      }
    }
    if (seen.insert(word.term).second) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace clientele::qa
