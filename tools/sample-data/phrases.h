#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_PHRASES_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_PHRASES_H_

// What the sample company's customers are called and what they write. Slots in
// braces, such as {item}, {kind}, {color}, {order} and {number}, are filled by
// FillSlots. Everything is static text; thread-safe.

#include <string>
#include <utility>
#include <vector>

namespace clientele::sample {

// Phrases of one language, by occasion.
struct Phrases {
  std::vector<std::string> searches;
  std::vector<std::string> before_purchase;  // messages with a question
  std::vector<std::string> after_purchase;
  std::vector<std::string> after_return;
  std::vector<std::string> general;  // account, points, stores, ...
  std::vector<std::string> social_posts;
  std::vector<std::string> reviews_good;
  std::vector<std::string> reviews_bad;
};

const Phrases& EnglishPhrases();
const Phrases& ChinesePhrases();

// A part of a name and how it is spelled in an email address.
struct NamePart {
  std::string text;
  std::string latin;
};
const std::vector<NamePart>& EnglishGivenNames();
const std::vector<NamePart>& EnglishFamilyNames();
const std::vector<NamePart>& ChineseFamilyNames();
const std::vector<NamePart>& ChineseGivenNames();

// Replaces each "{slot}" by its value.
std::string FillSlots(std::string phrase,
                      const std::vector<std::pair<std::string, std::string>>& slots);

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_PHRASES_H_
