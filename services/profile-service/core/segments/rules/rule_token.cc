#include "services/profile-service/core/segments/rules/rule_token.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/utf8.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kSymbols = "()[],=<>+-*/";
constexpr double kLongestDays = 3660;

std::optional<absl::Duration> UnitOf(char unit) {
  switch (unit) {
    case 'h':
      return absl::Hours(1);
    case 'd':
      return absl::Hours(24);
    case 'w':
      return absl::Hours(24 * 7);
    default:
      return std::nullopt;
  }
}

// Reads one token after another.
class Tokenizer {
 public:
  explicit Tokenizer(absl::string_view rule) : rule_(rule) {}

  absl::StatusOr<RuleToken> Next() {
    while (at_ < rule_.size() && absl::ascii_isspace(rule_[at_])) Step(1);
    RuleToken token;
    token.column = column_;
    token.begin = token.end = at_;
    if (at_ == rule_.size()) return token;
    absl::StatusOr<RuleToken> read = Read(std::move(token));
    if (read.ok()) read->end = at_;
    return read;
  }

 private:
  absl::StatusOr<RuleToken> Read(RuleToken token) {
    const char c = rule_[at_];
    if (absl::ascii_isdigit(c) || (c == '.' && IsDigitAt(at_ + 1))) return Number(std::move(token));
    if (absl::ascii_isalpha(c) || c == '_') return Name(std::move(token));
    if (c == '"') return Text(std::move(token));
    return Symbol(std::move(token));
  }

  bool IsDigitAt(std::size_t i) const { return i < rule_.size() && absl::ascii_isdigit(rule_[i]); }

  // Columns count characters: a byte that continues one takes none.
  void Step(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i, ++at_) {
      if ((rule_[at_] & 0xC0) != 0x80) ++column_;
    }
  }

  absl::StatusOr<RuleToken> Number(RuleToken token) {
    std::size_t end = at_;
    while (IsDigitAt(end)) ++end;
    if (end < rule_.size() && rule_[end] == '.') ++end;
    while (IsDigitAt(end)) ++end;
    if (end < rule_.size() && (rule_[end] == 'e' || rule_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < rule_.size() && (rule_[exponent] == '-' || rule_[exponent] == '+')) ++exponent;
      if (IsDigitAt(exponent)) {
        while (IsDigitAt(exponent)) ++exponent;
        end = exponent;
      }
    }
    const absl::string_view digits = rule_.substr(at_, end - at_);
    if (!absl::SimpleAtod(digits, &token.number) || !std::isfinite(token.number)) {
      return RuleMistake(token.column, absl::StrCat(digits, " is no number"));
    }
    token.kind = RuleToken::Kind::kNumber;
    if (end < rule_.size() && absl::ascii_isalpha(rule_[end])) {
      const std::optional<absl::Duration> unit = UnitOf(rule_[end]);
      const bool alone = end + 1 == rule_.size() || !absl::ascii_isalnum(rule_[end + 1]);
      if (!unit || !alone) {
        return RuleMistake(token.column, absl::StrCat(digits, rule_.substr(end, 1),
                                                      " is no duration; write 12h, 90d or 4w"));
      }
      token.kind = RuleToken::Kind::kDuration;
      token.duration = token.number * *unit;
      if (token.duration <= absl::ZeroDuration() ||
          token.duration > kLongestDays * absl::Hours(24)) {
        return RuleMistake(token.column, "a duration is above 0 and at most 3660d");
      }
      ++end;
    }
    Step(end - at_);
    return token;
  }

  absl::StatusOr<RuleToken> Name(RuleToken token) {
    std::size_t end = at_;
    while (end < rule_.size() && (absl::ascii_isalnum(rule_[end]) || rule_[end] == '_')) ++end;
    token.kind = RuleToken::Kind::kName;
    token.text = std::string(rule_.substr(at_, end - at_));
    Step(end - at_);
    return token;
  }

  absl::StatusOr<RuleToken> Text(RuleToken token) {
    token.kind = RuleToken::Kind::kText;
    Step(1);
    while (at_ < rule_.size() && rule_[at_] != '"') {
      if (rule_[at_] == '\\') {
        const bool known =
            at_ + 1 < rule_.size() && (rule_[at_ + 1] == '"' || rule_[at_ + 1] == '\\');
        if (!known) return RuleMistake(column_, "after \\ comes \" or \\");
        Step(1);
      }
      token.text += rule_[at_];
      Step(1);
    }
    if (at_ == rule_.size())
      return RuleMistake(token.column, "the text does not end: \" is missing");
    Step(1);
    return token;
  }

  absl::StatusOr<RuleToken> Symbol(RuleToken token) {
    constexpr std::array<absl::string_view, 3> kDouble = {"!=", "<=", ">="};
    for (const absl::string_view symbol : kDouble) {
      if (rule_.substr(at_, 2) != symbol) continue;
      token.kind = RuleToken::Kind::kSymbol;
      token.text = std::string(symbol);
      Step(2);
      return token;
    }
    if (kSymbols.find(rule_[at_]) == absl::string_view::npos) {
      std::size_t end = at_ + 1;
      while (end < rule_.size() && (rule_[end] & 0xC0) == 0x80) ++end;
      return RuleMistake(token.column,
                         absl::StrCat(rule_.substr(at_, end - at_), " means nothing here"));
    }
    token.kind = RuleToken::Kind::kSymbol;
    token.text = std::string(1, rule_[at_]);
    Step(1);
    return token;
  }

  const absl::string_view rule_;
  std::size_t at_ = 0;
  std::size_t column_ = 1;
};

}  // namespace

absl::Status RuleMistake(std::size_t column, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("column ", column, ": ", what));
}

absl::StatusOr<std::vector<RuleToken>> TokenizeRule(absl::string_view rule) {
  if (!text::IsValidUtf8(rule)) return RuleMistake(1, "a rule is UTF-8");
  Tokenizer tokenizer(rule);
  std::vector<RuleToken> tokens;
  do {
    CLIENTELE_ASSIGN_OR_RETURN(RuleToken token, tokenizer.Next());
    tokens.push_back(std::move(token));
  } while (tokens.back().kind != RuleToken::Kind::kEnd);
  return tokens;
}

}  // namespace clientele::profile
