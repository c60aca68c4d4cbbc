#include "services/qa-service/core/answering/stated_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "common/text/segmentation.h"
#include "services/qa-service/core/answering/stated_values.h"

namespace clientele::qa {
namespace {

bool HasCapital(absl::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
}

std::string Written(absl::string_view word) {
  if (!absl::ConsumeSuffix(&word, "'s")) absl::ConsumeSuffix(&word, "’s");
  return absl::AsciiStrToLower(word);
}

bool IsFirstPerson(absl::string_view word) {
  return word == "I" || absl::StartsWith(word, "I'") || absl::StartsWith(word, "I’");
}

bool MayBeName(absl::string_view word) {
  if (!HasCapital(word) || IsFirstPerson(word)) return false;
  const bool number = absl::ascii_isdigit(static_cast<unsigned char>(word.front()));
  return !number && !IsPartOfValue(Written(word));
}

}  // namespace

std::set<std::string> NamesOf(absl::string_view text) {
  std::set<std::string> names;
  for (const text::Segment& segment : text::Sentences(text)) {
    const absl::string_view sentence = text::TextOf(text, segment);
    bool first = true;
    for (const text::Segment& each : text::Words(sentence)) {
      const absl::string_view word = text::TextOf(sentence, each);
      if (!first && MayBeName(word)) names.insert(Written(word));
      first = false;
    }
  }
  return names;
}

std::set<std::string> WrittenWords(absl::string_view text) {
  std::set<std::string> words;
  for (const text::Segment& each : text::Words(text)) {
    words.insert(Written(text::TextOf(text, each)));
  }
  return words;
}

}  // namespace clientele::qa
