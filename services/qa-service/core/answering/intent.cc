#include "services/qa-service/core/answering/intent.h"

#include <cstddef>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {

std::string IntentTag(absl::string_view intent_id) {
  std::string tag(intent_id.substr(0, kMaxLabelBytes));
  for (char& c : tag) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '_';
  }
  return tag;
}

absl::StatusOr<IntentRules> ParseIntentRules(absl::string_view persons,
                                             absl::string_view complaints, double min_score) {
  if (!(min_score >= 0 && min_score <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the least score of an intent must be 0 to 1, and is ", min_score));
  }
  IntentRules rules = {.min_score = min_score, .persons = {}, .complaints = {}};
  for (const absl::string_view part : absl::StrSplit(persons, ',', absl::SkipWhitespace())) {
    rules.persons.emplace(absl::StripAsciiWhitespace(part));
  }
  for (const absl::string_view part : absl::StrSplit(complaints, ',', absl::SkipWhitespace())) {
    const std::size_t equals = part.rfind('=');
    const std::string id(absl::StripAsciiWhitespace(part.substr(0, equals)));
    std::optional<ComplaintTopic> topic = ComplaintTopic::kNone;
    if (equals != absl::string_view::npos) {
      topic = ComplaintTopicOfName(absl::StripAsciiWhitespace(part.substr(equals + 1)));
    }
    if (id.empty() || !topic.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", part,
          "\" is no intent of complaints: write INTENT or INTENT=TOPIC, with the topic "
          "delivery, payment, refund, quality, account, service or other"));
    }
    if (rules.persons.contains(id)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the intent \"", id, "\" is named as a complaint and as a wish for a person"));
    }
    if (!rules.complaints.emplace(id, *topic).second) {
      return absl::InvalidArgumentError(absl::StrCat("the intent \"", id, "\" is named twice"));
    }
  }
  return rules;
}

}  // namespace clientele::qa
