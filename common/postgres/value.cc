#include "common/postgres/value.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "common/postgres/array_literal.h"
#include "common/postgres/time_text.h"

namespace clientele::postgres {
namespace {

bool HasNul(absl::string_view text) { return text.find('\0') != absl::string_view::npos; }

template <typename T>
void AppendInteger(T number, std::string& out) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), number);
  out.append(digits, end);
}

// The shortest text that reads back as the same number.
template <typename T>
void AppendFloat(T number, std::string& out) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number > 0 ? "Infinity" : "-Infinity";
  } else {
    char digits[40];
    const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), number);
    out.append(digits, end);
  }
}

void AppendHex(absl::string_view bytes, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::size_t start = out.size();
  out.resize(start + 2 * bytes.size());
  char* at = out.data() + start;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kDigits[byte >> 4];
    *at++ = kDigits[byte & 15];
  }
}

void AppendElement(const std::string& text, std::string& out) {
  internal::AppendQuotedElement(text, out);
}
void AppendElement(int32_t number, std::string& out) { AppendInteger(number, out); }
void AppendElement(int64_t number, std::string& out) { AppendInteger(number, out); }
void AppendElement(float number, std::string& out) { AppendFloat(number, out); }
void AppendElement(double number, std::string& out) { AppendFloat(number, out); }
void AppendElement(bool value, std::string& out) { out.push_back(value ? 't' : 'f'); }
void AppendElement(absl::Time time, std::string& out) {
  out.push_back('"');
  internal::AppendTime(time, out);
  out.push_back('"');
}
void AppendElement(const Bytes& bytes, std::string& out) {
  out += "\"\\\\x";
  AppendHex(bytes.value, out);
  out.push_back('"');
}
template <typename T>
void AppendElement(const std::optional<T>& value, std::string& out) {
  if (value.has_value()) {
    AppendElement(*value, out);
  } else {
    out += "NULL";
  }
}

template <typename T>
std::size_t SizeHint(const T&) {
  return 16;
}
std::size_t SizeHint(const std::string& text) { return text.size() + 3; }
std::size_t SizeHint(const std::optional<std::string>& text) {
  return text.has_value() ? text->size() + 3 : 5;
}
std::size_t SizeHint(absl::Time) { return 32; }
std::size_t SizeHint(const Bytes& bytes) { return 2 * bytes.value.size() + 6; }

}  // namespace

Value::Value(std::string&& text) : text_(std::move(text)), null_(false), has_nul_(HasNul(text_)) {}

Value::Value(absl::string_view text) : text_(text), null_(false), has_nul_(HasNul(text)) {}

Value::Value(absl::Time time) : null_(false) { internal::AppendTime(time, text_); }

Value::Value(const Bytes& bytes) : text_("\\x"), null_(false) { AppendHex(bytes.value, text_); }

void Value::SetBool(bool value) {
  text_.assign(1, value ? 't' : 'f');
  null_ = false;
}

void Value::SetInt64(int64_t value) {
  AppendInteger(value, text_);
  null_ = false;
}

void Value::SetUint64(uint64_t value) {
  AppendInteger(value, text_);
  null_ = false;
}

void Value::SetDouble(double value, bool single_precision) {
  if (single_precision) {
    AppendFloat(static_cast<float>(value), text_);
  } else {
    AppendFloat(value, text_);
  }
  null_ = false;
}

template <typename T>
void Value::SetArray(const std::vector<T>& elements) {
  null_ = false;
  std::size_t size = 2;
  for (const auto& element : elements) size += SizeHint(element);
  text_.reserve(size);
  text_.push_back('{');
  for (const auto& element : elements) {
    if (text_.size() > 1) text_.push_back(',');
    AppendElement(element, text_);
  }
  text_.push_back('}');
  has_nul_ = HasNul(text_);
}

template void Value::SetArray(const std::vector<std::string>&);
template void Value::SetArray(const std::vector<int32_t>&);
template void Value::SetArray(const std::vector<int64_t>&);
template void Value::SetArray(const std::vector<float>&);
template void Value::SetArray(const std::vector<double>&);
template void Value::SetArray(const std::vector<bool>&);
template void Value::SetArray(const std::vector<absl::Time>&);
template void Value::SetArray(const std::vector<Bytes>&);
template void Value::SetArray(const std::vector<std::optional<std::string>>&);
template void Value::SetArray(const std::vector<std::optional<int32_t>>&);
template void Value::SetArray(const std::vector<std::optional<int64_t>>&);
template void Value::SetArray(const std::vector<std::optional<float>>&);
template void Value::SetArray(const std::vector<std::optional<double>>&);
template void Value::SetArray(const std::vector<std::optional<bool>>&);
template void Value::SetArray(const std::vector<std::optional<absl::Time>>&);
template void Value::SetArray(const std::vector<std::optional<Bytes>>&);

}  // namespace clientele::postgres
