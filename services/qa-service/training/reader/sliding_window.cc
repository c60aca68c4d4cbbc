#include "services/qa-service/training/reader/sliding_window.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "common/text/characters.h"

namespace clientele::qa {
namespace {

struct PlacedWord {
  std::u32string word;    // in lower case
  std::size_t begin = 0;  // characters
  std::size_t end = 0;
};

std::vector<PlacedWord> PlacedWords(const std::u32string& text) {
  std::vector<PlacedWord> words;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool han = text::IsHanCharacter(text[i]);
    if (!han && !text::IsLetterOrDigit(text[i])) {
      open = false;
      continue;
    }
    if (han || !open) words.push_back({.word = {}, .begin = i, .end = i});
    words.back().word += text[i];
    words.back().end = i + 1;
    open = !han;
  }
  for (PlacedWord& word : words) word.word = text::Lowercase(word.word);
  return words;
}

// The first of the heaviest windows.
std::size_t HeaviestWindow(const std::vector<double>& weights, std::size_t length) {
  double sum = 0;
  for (std::size_t i = 0; i < length; ++i) sum += weights[i];
  double largest = sum;
  std::size_t best = 0;
  for (std::size_t first = 1; first + length <= weights.size(); ++first) {
    sum += weights[first + length - 1] - weights[first - 1];
    if (sum > largest + 1e-9) {
      largest = sum;
      best = first;
    }
  }
  return best;
}

}  // namespace

std::string SlidingWindowAnswer(absl::string_view question, absl::string_view passage) {
  std::set<std::u32string> asked;
  for (const PlacedWord& word : PlacedWords(text::Characters(question))) asked.insert(word.word);
  const std::u32string characters = text::Characters(passage);
  const std::vector<PlacedWord> words = PlacedWords(characters);
  if (words.empty()) return "";
  std::map<std::u32string, double> counts;
  for (const PlacedWord& word : words) ++counts[word.word];
  std::vector<double> weights;
  weights.reserve(words.size());
  for (const PlacedWord& word : words) {
    weights.push_back(asked.count(word.word) > 0 ? std::log(1 + 1 / counts[word.word]) : 0);
  }
  const std::size_t length = std::clamp<std::size_t>(asked.size(), 1, words.size());
  const std::size_t begin = HeaviestWindow(weights, length);
  std::size_t first = begin;
  std::size_t last = begin + length - 1;
  std::size_t longest = 0;
  std::size_t run = 0;
  for (std::size_t i = begin; i < begin + length; ++i) {
    run = asked.count(words[i].word) > 0 ? 0 : run + 1;
    if (run <= longest) continue;
    longest = run;
    first = i + 1 - run;
    last = i;
  }
  return text::ToUtf8(characters.substr(words[first].begin, words[last].end - words[first].begin));
}

}  // namespace clientele::qa
