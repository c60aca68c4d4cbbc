#include "tools/clientele/import/contacts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "tools/clientele/import/ascii_forms.h"

namespace clientele::cli {
namespace {

constexpr int kFewestPhoneDigits = 5;
constexpr int kMostPhoneDigits = 15;  // E.164
constexpr size_t kMaxLocalBytes = 64;
constexpr size_t kMaxDomainBytes = 255;

constexpr char kFormula[] = "is a formula of a spreadsheet";

int CountDigits(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), absl::ascii_isdigit));
}

// "4.42079E+11", "4,42E11".
bool IsScientific(absl::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == absl::string_view::npos || e == 0) return false;
  absl::string_view exponent = text.substr(e + 1);
  if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
  return !exponent.empty() && exponent.size() <= 3 &&
         exponent.find_first_not_of("0123456789") == absl::string_view::npos &&
         text.substr(0, e).find_first_not_of("0123456789.,+-") == absl::string_view::npos;
}

// The number without its extension: "ext. 5", "x5", "#5", ";ext=5", "分机5".
absl::string_view WithoutExtension(absl::string_view phone) {
  const std::string lower = absl::AsciiStrToLower(phone);
  size_t end = phone.size();
  for (const char* word : {"ext", "x", "#", ";ext=", "分机", "转"}) {
    end = std::min(end, lower.find(word));
  }
  const absl::string_view extension = phone.substr(end);
  return CountDigits(extension) <= 7 ? phone.substr(0, end) : phone;
}

bool HoldsTwoNumbers(absl::string_view phone) {
  if (std::count(phone.begin(), phone.end(), '+') > 1) return true;
  for (const char* separator : {";", ",", "|", " / ", "\n", " or ", "&"}) {
    int numbers = 0;
    for (const absl::string_view part : absl::StrSplit(phone, separator)) {
      if (CountDigits(part) >= kFewestPhoneDigits) ++numbers;
    }
    if (numbers > 1) return true;
  }
  return false;
}

// The end of the local part: the last "@" outside of quotes; npos: none. `count` of those.
size_t FindAt(absl::string_view email, int& count) {
  size_t found = absl::string_view::npos;
  bool quoted = false;
  count = 0;
  for (size_t i = 0; i < email.size(); ++i) {
    if (quoted && email[i] == '\\') {
      ++i;
    } else if (email[i] == '"') {
      quoted = !quoted;
    } else if (email[i] == '@' && !quoted) {
      found = i;
      ++count;
    }
  }
  return found;
}

std::string WhyNoDomain(absl::string_view domain) {
  if (domain.empty()) return "has nothing after its @";
  if (domain.size() > kMaxDomainBytes) return "is too long";
  if (domain.front() == '[' && domain.back() == ']') return "";
  if (domain.find('.') == absl::string_view::npos &&
      !absl::StrContains(domain, "\xE3\x80\x82")) {  // the ideographic full stop
    return "has a domain without a dot";
  }
  for (const absl::string_view label : absl::StrSplit(domain, '.')) {
    const bool wrong = label.empty() || label.front() == '-' || label.back() == '-' ||
                       std::any_of(label.begin(), label.end(), [](char c) {
                         return static_cast<unsigned char>(c) < 0x80 && !absl::ascii_isalnum(c) &&
                                c != '-' && c != '_';
                       });
    if (wrong) return "has a domain that cannot be one";
  }
  return "";
}

}  // namespace

absl::StatusOr<BadContactPolicy> ParseBadContactPolicy(absl::string_view word) {
  if (word == "reject") return BadContactPolicy::kReject;
  if (word == "empty") return BadContactPolicy::kEmpty;
  if (word == "keep") return BadContactPolicy::kKeep;
  return absl::InvalidArgumentError("--on_bad_contact is reject, empty or keep");
}

std::string CleanPhone(absl::string_view phone) {
  if (phone.size() > 1 && phone[0] == '\'' &&
      (phone[1] == '+' || phone[1] == '(' || absl::ascii_isdigit(phone[1]))) {
    phone.remove_prefix(1);
  }
  return AsciiForms(phone);
}

std::string WhyNoPhone(absl::string_view phone) {
  if (phone.empty()) return "";
  if (phone[0] == '=' || phone[0] == '@') return kFormula;
  if (IsScientific(phone)) return "is in scientific notation: its digits are lost";
  if (HoldsTwoNumbers(phone)) return "holds two numbers";
  const absl::string_view number = WithoutExtension(phone);
  if (std::any_of(number.begin(), number.end(), absl::ascii_isalpha) &&
      !absl::StartsWithIgnoreCase(number, "tel")) {
    return "has letters";
  }
  const int digits = CountDigits(number);
  if (digits < kFewestPhoneDigits) return "has too few digits";
  if (digits > kMostPhoneDigits) return "has more than 15 digits";
  return "";
}

std::string WhyNoEmail(absl::string_view email) {
  if (email.empty()) return "";
  if (email[0] == '=') return kFormula;
  if (absl::StartsWithIgnoreCase(email, "mailto:")) return "begins with mailto";
  int ats = 0;
  const size_t at = FindAt(email, ats);
  if (at == absl::string_view::npos) return "has no @";
  if (ats > 1) {
    return email.find_first_of(";, /|\n") != absl::string_view::npos ? "holds two addresses"
                                                                     : "has more than one @";
  }
  if (email.find_first_of("<>") != absl::string_view::npos) {
    return "holds a name beside the address";
  }
  const absl::string_view local = email.substr(0, at);
  if (local.empty()) return "has nothing before its @";
  if (local.size() > kMaxLocalBytes) return "is too long";
  if (local.front() != '"') {
    if (local.find_first_of(" \t\r\n,;:\\[]()\"") != absl::string_view::npos) {
      return "has a space or another sign that no address has";
    }
    if (local.front() == '.' || local.back() == '.' || absl::StrContains(local, "..")) {
      return "has a dot in the wrong place";
    }
  }
  return WhyNoDomain(email.substr(at + 1));
}

}  // namespace clientele::cli
