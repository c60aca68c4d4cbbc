#include "common/evaluation/reading.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "absl/strings/ascii.h"

#include "common/text/characters.h"

namespace clientele::evaluation {
namespace {

constexpr char32_t kCmrcPunctuation[] = U"-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』";

bool IsAsciiPunctuation(char32_t c) {
  return c < 0x80 && absl::ascii_ispunct(static_cast<unsigned char>(c));
}

bool IsCmrcPunctuation(char32_t c) {
  return c != 0 && std::u32string_view(kCmrcPunctuation).find(c) != std::u32string_view::npos;
}

bool IsCmrcIdeograph(char32_t c) { return c >= 0x4E00 && c <= 0x9FA5; }

std::u32string WithoutArticles(const std::u32string& text) {
  std::u32string kept;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text::IsLetterOrDigit(text[end])) ++end;
    const std::u32string word = text.substr(at, end - at);
    kept += word == U"a" || word == U"an" || word == U"the" ? U" " : word;
    if (end < text.size()) kept += text[end++];
    at = end;
  }
  return kept;
}

std::vector<std::u32string> SplitAtSpaces(const std::u32string& text) {
  std::vector<std::u32string> words;
  bool in_word = false;
  for (const char32_t c : text) {
    const bool space = text::IsSpace(c);
    if (!space && !in_word) words.emplace_back();
    if (!space) words.back() += c;
    in_word = !space;
  }
  return words;
}

std::vector<std::u32string> SquadTokens(absl::string_view answer) {
  std::u32string text = text::Lowercase(text::Characters(answer));
  text.erase(std::remove_if(text.begin(), text.end(), IsAsciiPunctuation), text.end());
  return SplitAtSpaces(WithoutArticles(text));
}

std::u32string CmrcText(absl::string_view answer) {
  std::u32string text = text::Lowercase(text::Characters(answer));
  const auto first = std::find_if_not(text.begin(), text.end(), text::IsSpace);
  text.erase(text.begin(), first);
  while (!text.empty() && text::IsSpace(text.back())) text.pop_back();
  text.erase(std::remove_if(text.begin(), text.end(), IsCmrcPunctuation), text.end());
  return text;
}

// A word without ideographs; its outer punctuation marks are tokens of their own.
void AddWord(const std::u32string& word, std::vector<std::u32string>& tokens) {
  std::size_t begin = 0;
  std::size_t end = word.size();
  while (begin < end && IsAsciiPunctuation(word[begin])) tokens.emplace_back(1, word[begin++]);
  while (end > begin && IsAsciiPunctuation(word[end - 1])) --end;
  if (end > begin) tokens.push_back(word.substr(begin, end - begin));
  for (; end < word.size(); ++end) tokens.emplace_back(1, word[end]);
}

std::vector<std::u32string> CmrcTokens(absl::string_view answer) {
  std::vector<std::u32string> tokens;
  std::u32string word;
  const auto end_word = [&] {
    if (!word.empty()) AddWord(word, tokens);
    word.clear();
  };
  for (const char32_t c : CmrcText(answer)) {
    if (!IsCmrcIdeograph(c) && !text::IsSpace(c)) {
      word += c;
      continue;
    }
    end_word();
    if (!text::IsSpace(c)) tokens.emplace_back(1, c);
  }
  end_word();
  return tokens;
}

std::vector<std::u32string> Tokens(absl::string_view answer, AnswerRules rules) {
  return rules == AnswerRules::kSquad ? SquadTokens(answer) : CmrcTokens(answer);
}

using TokenList = std::vector<std::u32string>;

std::size_t CommonTokens(const TokenList& a, const TokenList& b) {
  std::map<std::u32string, std::size_t> left;
  for (const std::u32string& token : a) ++left[token];
  std::size_t common = 0;
  for (const std::u32string& token : b) {
    const auto found = left.find(token);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++common;
  }
  return common;
}

std::size_t LongestCommonRun(const TokenList& a, const TokenList& b) {
  std::size_t longest = 0;
  // run[j]: tokens of a and b that are equal up to here.
  std::vector<std::size_t> run(b.size() + 1, 0);
  for (const std::u32string& token : a) {
    for (std::size_t j = b.size(); j > 0; --j) {
      run[j] = token == b[j - 1] ? run[j - 1] + 1 : 0;
      longest = std::max(longest, run[j]);
    }
  }
  return longest;
}

template <typename Common>
double BestF1(absl::string_view answer, absl::Span<const std::string> accepted, AnswerRules rules,
              Common common_tokens) {
  const TokenList given = Tokens(answer, rules);
  double best = 0;
  for (const std::string& candidate : accepted) {
    const TokenList wanted = Tokens(candidate, rules);
    if (given.empty() || wanted.empty()) {
      best = std::max(best, given.empty() && wanted.empty() ? 1.0 : 0.0);
      continue;
    }
    // 2pr / (p + r) with p = common / given and r = common / wanted.
    const double common = static_cast<double>(common_tokens(given, wanted));
    best = std::max(best, 2 * common / static_cast<double>(given.size() + wanted.size()));
  }
  return best;
}

}  // namespace

std::string NormalizeAnswer(absl::string_view answer, AnswerRules rules) {
  if (rules == AnswerRules::kCmrc) return text::ToUtf8(CmrcText(answer));
  std::u32string joined;
  for (const std::u32string& word : SquadTokens(answer)) {
    if (!joined.empty()) joined += U' ';
    joined += word;
  }
  return text::ToUtf8(joined);
}

std::vector<std::string> AnswerTokens(absl::string_view answer, AnswerRules rules) {
  std::vector<std::string> tokens;
  for (const std::u32string& token : Tokens(answer, rules)) tokens.push_back(text::ToUtf8(token));
  return tokens;
}

bool ExactMatch(absl::string_view answer, absl::Span<const std::string> accepted,
                AnswerRules rules) {
  const std::string normalized = NormalizeAnswer(answer, rules);
  return std::any_of(accepted.begin(), accepted.end(), [&](const std::string& candidate) {
    return NormalizeAnswer(candidate, rules) == normalized;
  });
}

double TokenF1(absl::string_view answer, absl::Span<const std::string> accepted,
               AnswerRules rules) {
  return BestF1(answer, accepted, rules, CommonTokens);
}

double CmrcF1(absl::string_view answer, absl::Span<const std::string> accepted) {
  return BestF1(answer, accepted, AnswerRules::kCmrc, LongestCommonRun);
}

}  // namespace clientele::evaluation
