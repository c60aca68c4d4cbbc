#include "common/evaluation/rouge.h"

#include <algorithm>
#include <cstddef>

#include "common/text/characters.h"

namespace clientele::evaluation {
namespace {

std::size_t LongestCommonSubsequence(const std::vector<std::string>& a,
                                     const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string& token : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = token == b[j - 1] ? diagonal + 1 : std::max(row[j], row[j - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> RougeTokens(absl::string_view text) {
  std::vector<std::string> tokens;
  std::u32string word;
  const auto end_word = [&] {
    if (!word.empty()) tokens.push_back(text::ToUtf8(word));
    word.clear();
  };
  for (const char32_t c : text::Lowercase(text::Characters(text))) {
    const bool han = text::IsHanCharacter(c);
    if (han || !text::IsLetterOrDigit(c)) end_word();
    if (han) {
      tokens.push_back(text::ToUtf8(std::u32string(1, c)));
    } else if (text::IsLetterOrDigit(c)) {
      word += c;
    }
  }
  end_word();
  return tokens;
}

RougeScore RougeL(absl::string_view text, absl::string_view reference) {
  const std::vector<std::string> given = RougeTokens(text);
  const std::vector<std::string> wanted = RougeTokens(reference);
  if (given.empty() || wanted.empty()) return {};
  const double common = static_cast<double>(LongestCommonSubsequence(given, wanted));
  RougeScore score;
  score.precision = common / static_cast<double>(given.size());
  score.recall = common / static_cast<double>(wanted.size());
  score.f1 = 2 * common / static_cast<double>(given.size() + wanted.size());
  return score;
}

}  // namespace clientele::evaluation
