#include "services/qa-service/core/answering/answer_type.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

constexpr int kPhoneDigits = 6;

// A normalized text with one space around each word and no signs.
std::string Spaced(const std::string& normal) {
  std::string spaced = " ";
  for (const text::Segment& segment : text::Words(normal)) {
    absl::StrAppend(&spaced, text::TextOf(normal, segment), " ");
  }
  return spaced;
}

bool HoldsAny(absl::string_view text, std::initializer_list<absl::string_view> phrases) {
  for (const absl::string_view phrase : phrases) {
    if (absl::StrContains(text, phrase)) return true;
  }
  return false;
}

}  // namespace

AnswerType AnswerTypeOf(absl::string_view question) {
  const std::string chinese = text::Normalize(text::FoldHan(question));
  const std::string english = Spaced(chinese);
  const bool asks_what = HoldsAny(english, {" what ", " what's ", " whats ", " which ", " tell "});
  const bool of_company = HoldsAny(english, {" your ", " company's ", " shop's ", " store's "});
  const bool asks_chinese =
      HoldsAny(chinese, {"你们的", "你们", "您们", "贵公司", "公司的", "客服"}) &&
      HoldsAny(chinese, {"多少", "什么", "是几", "哪个"});
  if ((asks_what && of_company &&
       HoldsAny(english, {" phone number ", " telephone number ", " hotline ", " phone "})) ||
      (asks_chinese && HoldsAny(chinese, {"电话", "热线", "手机号"}))) {
    return AnswerType::kPhoneNumber;
  }
  if ((asks_what && of_company &&
       HoldsAny(english, {" email address ", " e mail address ", " email ", " mail address "})) ||
      (asks_chinese && HoldsAny(chinese, {"邮箱", "电子邮件", "邮件地址"}))) {
    return AnswerType::kEmailAddress;
  }
  return AnswerType::kAny;
}

bool Holds(absl::string_view text, AnswerType type) {
  switch (type) {
    case AnswerType::kAny:
      return true;
    case AnswerType::kPhoneNumber: {
      int digits = 0;
      for (const char c : text) {
        if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
          if (++digits == kPhoneDigits) return true;
        } else if (!absl::StrContains(" -()+./", c)) {
          digits = 0;
        }
      }
      return false;
    }
    case AnswerType::kEmailAddress: {
      const std::size_t at = text.find('@');
      return at != absl::string_view::npos && at > 0 && at + 1 < text.size() &&
             absl::ascii_isalnum(static_cast<unsigned char>(text[at - 1])) &&
             absl::ascii_isalnum(static_cast<unsigned char>(text[at + 1]));
    }
  }
  return true;
}

}  // namespace clientele::qa
